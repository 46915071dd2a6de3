//! A client that looks at the connection itself.

use std::{io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject as _,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tollbar::core::BoxError;

use crate::authority::{Authority, Identity};

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) config: Arc<ClientConfig>,
}

/// What came back over a connection of its own.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) version: ProtocolVersion,
    pub(crate) kind: HandshakeKind,
    /// What the server has shown.
    pub(crate) certificate: CertificateDer<'static>,
}

impl Client {
    /// Trusts this authority, and has no certificate.
    pub(crate) fn new(authority: &Authority) -> Self {
        Self::with(&authority.pem(), None, BOTH)
    }

    /// Shows this certificate when it is asked for one.
    pub(crate) fn known_as(authority: &Authority, identity: &Identity) -> Self {
        Self::with(&authority.pem(), Some(identity), BOTH)
    }

    pub(crate) fn with(
        authority: &str,
        identity: Option<&Identity>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(authority.as_bytes()).unwrap();
        roots.add(root).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let key = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
                let chain = vec![identity.certificate.der().clone()];
                let key = PrivateKeyDer::from(key);
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            config: Arc::new(config),
        }
    }

    /// Offers these protocols.
    pub(crate) fn alpn(mut self, protocols: &[&str]) -> Self {
        let config = Arc::make_mut(&mut self.config);
        config.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
        self
    }

    pub(crate) async fn connect(&self, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::clone(&self.config));
        connector.connect(name, stream).await
    }

    /// Asks once, on a connection of its own, in the protocol that was agreed on.
    pub(crate) async fn ask(&self, address: SocketAddr) -> Result<Answer, BoxError> {
        let stream = self.connect(address).await?;
        let (_, session) = stream.get_ref();
        let version = session.protocol_version().ok_or("no version")?;
        let kind = session.handshake_kind().ok_or("no handshake")?;
        let shown = session.peer_certificates().and_then(|it| it.first());
        let certificate = shown.ok_or("no certificate")?.clone().into_owned();
        let request = Request::get("https://localhost/").body(Full::default())?;
        let response = send(stream, request).await?;
        let text = response.into_body().collect().await?.to_bytes();
        Ok(Answer {
            text: String::from_utf8(text.into())?,
            version,
            kind,
            certificate,
        })
    }
}

/// Sends one request over a connection.
pub(crate) async fn send(
    stream: TlsStream<TcpStream>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, BoxError> {
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let stream = TokioIo::new(stream);
    if is_http2 {
        let executor = TokioExecutor::new();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(executor, stream).await?;
        tokio::spawn(connection);
        return Ok(sender.send_request(request).await?);
    }
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}

/// A connection that is kept for several requests.
pub(crate) enum Kept {
    Http1(hyper::client::conn::http1::SendRequest<Full<Bytes>>),
    Http2(hyper::client::conn::http2::SendRequest<Full<Bytes>>),
}

impl Kept {
    pub(crate) async fn new(stream: TlsStream<TcpStream>) -> Self {
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let stream = TokioIo::new(stream);
        if is_http2 {
            let executor = TokioExecutor::new();
            let (sender, connection) = hyper::client::conn::http2::handshake(executor, stream)
                .await
                .unwrap();
            tokio::spawn(connection);
            return Self::Http2(sender);
        }
        let (sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self::Http1(sender)
    }

    /// Asks once more. `None` when the connection takes no more.
    pub(crate) async fn ask(&mut self) -> Option<String> {
        let request = Request::get("https://localhost/")
            .header("host", "localhost")
            .body(Full::default())
            .unwrap();
        let response = match self {
            Self::Http1(sender) => sender.send_request(request).await,
            Self::Http2(sender) => sender.send_request(request).await,
        };
        let text = response.ok()?.into_body().collect().await.ok()?.to_bytes();
        Some(String::from_utf8(text.into()).unwrap())
    }
}

/// A request without a body.
pub(crate) fn get() -> Request<Empty<Bytes>> {
    let request = Request::get("https://localhost/").header("host", "localhost");
    request.body(Empty::new()).unwrap()
}
