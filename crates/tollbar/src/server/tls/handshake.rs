//! From a connection to one that is secured.

use std::{io, sync::Arc, time::Duration};

use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tollbar_core::{ClientCertificate, Revocation};
use tollbar_plan::certificate::{self, InvalidCertificate};

use super::{Tls, plain};
use crate::server::impatient::Impatient;

/// A connection whose handshake is done.
pub(in crate::server) struct Secured {
    pub(in crate::server) stream: TlsStream<Impatient<TcpStream>>,
    /// What the client has shown, verified.
    pub(in crate::server) certificate: Option<ClientCertificate>,
    /// Ends the trust in it, or without one the welcome.
    pub(in crate::server) distrust: Revocation,
}

/// Why a connection is not secured.
#[derive(Debug, Error)]
pub(in crate::server) enum HandshakeError {
    #[error("the client left before the handshake")]
    Gone,
    #[error("the client speaks HTTP without TLS")]
    Plain,
    #[error("{0}")]
    Failed(#[from] io::Error),
    #[error("the client's certificate cannot be read: {0}")]
    Certificate(#[from] InvalidCertificate),
}

impl Tls {
    /// Shakes hands. The caller bounds the time.
    pub(in crate::server) async fn accept(
        &self,
        stream: TcpStream,
        write_timeout: Duration,
    ) -> Result<Secured, HandshakeError> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Err(HandshakeError::Gone);
        }
        // A TLS record of a handshake begins with 22, a request with the name of its method.
        if first.iter().all(u8::is_ascii_uppercase) {
            plain::refuse(stream).await?;
            return Err(HandshakeError::Plain);
        }
        // Below TLS, so that its clock sees what the client takes, and not what is buffered.
        let stream = Impatient::new(stream, write_timeout);
        let settings = self.0.load_full();
        let acceptor = TlsAcceptor::from(Arc::clone(&settings.config));
        let stream = acceptor.accept(stream).await?;
        let (_, session) = stream.get_ref();
        let shown = session
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(|leaf| certificate::read(leaf))
            .transpose()?;
        let distrust = match shown {
            Some(_) => &settings.distrust,
            None => &settings.unwelcome,
        };
        Ok(Secured {
            stream,
            certificate: shown,
            distrust: distrust.clone(),
        })
    }
}
