//! What a server knows of a connection.

use std::{net::SocketAddr, sync::Arc};

use crate::{ClientCertificate, Drain};

/// What a server knows of a connection, and gives to each exchange on it
/// ([`Exchange::on`](crate::Exchange::on)). Cheap to clone.
///
/// ```
/// use tollbar_core::{Connection, Exchange};
///
/// let connection = Connection::new().peer("192.0.2.7:4711".parse()?);
/// let exchange = Exchange::on(&connection);
/// assert_eq!(exchange.peer().unwrap().port(), 4711);
/// assert!(exchange.certificate().is_none());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Connection(Arc<Facts>);

#[derive(Clone, Debug, Default)]
struct Facts {
    peer: Option<SocketAddr>,
    drain: Option<Drain>,
    certificate: Option<ClientCertificate>,
}

impl Connection {
    /// A connection of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the address at its other end.
    #[must_use]
    pub fn peer(mut self, peer: SocketAddr) -> Self {
        Arc::make_mut(&mut self.0).peer = Some(peer);
        self
    }

    /// Sets the signal that the server is about to stop.
    #[must_use]
    pub fn drain(mut self, drain: Drain) -> Self {
        Arc::make_mut(&mut self.0).drain = Some(drain);
        self
    }

    /// Sets the certificate that the client has proven to hold in the TLS handshake, and that was
    /// verified there.
    #[must_use]
    pub fn certificate(mut self, certificate: ClientCertificate) -> Self {
        Arc::make_mut(&mut self.0).certificate = Some(certificate);
        self
    }

    pub(crate) fn get_peer(&self) -> Option<SocketAddr> {
        self.0.peer
    }

    pub(crate) fn get_drain(&self) -> Option<&Drain> {
        self.0.drain.as_ref()
    }

    pub(crate) fn get_certificate(&self) -> Option<&ClientCertificate> {
        self.0.certificate.as_ref()
    }
}
