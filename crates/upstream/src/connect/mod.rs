//! Opening connections.

mod failure;
mod resolver;
mod tls;

pub(crate) use self::{
    failure::{ConnectFailure, causes},
    tls::trust,
};

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use self::resolver::Resolver;
use crate::HttpVersion;

/// Opens connections: name, TCP and TLS together within one time limit.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: Inner,
    timeout: Duration,
}

/// Plain connections need no trust anchors, so none are loaded for them.
#[derive(Clone)]
enum Inner {
    Plain(HttpConnector<Resolver>),
    Tls(HttpsConnector<HttpConnector<Resolver>>),
}

impl Connector {
    /// A connector for plain TCP when no TLS configuration is given.
    pub(crate) fn new(
        timeout: Duration,
        keep_alive: Duration,
        tls: Option<ClientConfig>,
        version: HttpVersion,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the addresses of a name, so that a dead one does not use up all the time.
        tcp.set_connect_timeout(Some(timeout));
        // A server that vanished without a word ends its streams, after three unanswered probes.
        tcp.set_keepalive(Some(keep_alive));
        tcp.set_keepalive_interval(Some((keep_alive / 4).max(Duration::from_secs(1))));
        tcp.set_keepalive_retries(Some(3));
        let Some(tls) = tls else {
            return Self {
                inner: Inner::Plain(tcp),
                timeout,
            };
        };
        let builder = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only();
        let https = match version {
            HttpVersion::Http1 => builder.enable_http1().wrap_connector(tcp),
            HttpVersion::Negotiated => builder.enable_all_versions().wrap_connector(tcp),
            HttpVersion::Http2 => builder.enable_http2().wrap_connector(tcp),
        };
        Self {
            inner: Inner::Tls(https),
            timeout,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = ConnectFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Neither the resolver nor what stands on it is ever busy.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let timeout = self.timeout;
        match &mut self.inner {
            Inner::Plain(tcp) => {
                let connecting = tcp.call(to);
                Box::pin(within(timeout, async move {
                    let stream = connecting.await.map_err(ConnectFailure::from_tcp)?;
                    Ok(MaybeHttpsStream::Http(stream))
                }))
            }
            Inner::Tls(tls) => {
                let connecting = tls.call(to);
                Box::pin(within(timeout, async move {
                    connecting.await.map_err(ConnectFailure::from_tls)
                }))
            }
        }
    }
}

/// The whole of connecting within a time limit.
async fn within<T>(
    timeout: Duration,
    connecting: impl Future<Output = Result<T, ConnectFailure>>,
) -> Result<T, ConnectFailure> {
    match tokio::time::timeout(timeout, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(ConnectFailure::Timeout(timeout)),
    }
}
