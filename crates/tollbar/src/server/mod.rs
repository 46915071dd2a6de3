//! Serving: connections in, requests through the stack, an orderly end.

mod activity;
mod connection;
mod failures;
mod impatient;
mod tls;
mod unread;

pub use self::tls::{ClientAuthentication, Tls, TlsBuilder, TlsError};

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use http::{Request, Response};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};
use tollbar_core::{AnyBody, Body, BoxError, Drain};
use tower_service::Service;

use self::{connection::Connection, failures::Failures};

/// Serves a stack over HTTP/1.1 and HTTP/2, with or without [TLS](Self::tls): a [`Gateway`](crate::Gateway),
/// [`Routes`](crate::Routes), an axum router or any other service that takes a [`Body`].
///
/// It starts the [`Exchange`](tollbar_core::Exchange) of each request, with the peer's address and the
/// signal that it is about to stop. A stack under another server knows neither of them, and its open
/// event streams do not end when that one stops.
///
/// Bounds: a connection must do its TLS handshake, send its first byte, and then a whole request head, within
/// [`header_timeout`](Self::header_timeout), which is also how long an idle connection is kept
/// (HTTP/2: up to twice as long); a client must read what is sent to it
/// ([`write_timeout`](Self::write_timeout)); at most [`max_connections`](Self::max_connections) are
/// open, the next ones wait unaccepted. One HTTP/2 connection may have 100 streams open.
///
/// When the shutdown future resolves, the listener closes, streams that would stay open for ever
/// are ended the way their revision asks for, and calls under way go on until they are done or
/// [`drain_timeout`](Self::drain_timeout) is over.
///
/// ```
/// use http::{Request, Response};
/// use tollbar::{Server, core::Body};
/// use tower::service_fn;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let hello = service_fn(|_: Request<Body>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Body::from("hello")))
/// });
/// let listener = Server::bind("127.0.0.1:0".parse()?)?;
/// let address = listener.local_addr()?;
/// let shutdown = async {}; // at once
/// Server::new().serve(listener, hello, shutdown).await?;
/// assert!(std::net::TcpStream::connect(address).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    header_timeout: Duration,
    write_timeout: Duration,
    max_connections: usize,
    drain_timeout: Duration,
    tls: Option<Tls>,
}

/// Why an address cannot be served.
#[derive(Debug, Error)]
#[error("cannot listen on {address}: {source}")]
pub struct ServeError {
    address: SocketAddr,
    source: io::Error,
}

impl Server {
    /// The defaults: heads within 30 s, 60 s for a client that does not read, 10,000 connections,
    /// 30 s to drain.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(60),
            max_connections: 10_000,
            drain_timeout: Duration::from_secs(30),
            tls: None,
        }
    }

    /// How long a connection may take for its first byte and for each request head, and how long it
    /// may idle between requests. Default 30 s.
    #[must_use]
    pub const fn header_timeout(mut self, timeout: Duration) -> Self {
        self.header_timeout = timeout;
        self
    }

    /// How long a client may take nothing of what is sent to it. Default 60 s. Then its connection
    /// is closed (HTTP/2: after up to twice as long), so that it does not hold a place at the MCP
    /// server for ever. Must not be zero.
    #[must_use]
    pub const fn write_timeout(mut self, timeout: Duration) -> Self {
        // A clock that ticks all the time would do nothing else.
        self.write_timeout = if timeout.is_zero() {
            Duration::from_millis(1)
        } else {
            timeout
        };
        self
    }

    /// How many connections may be open. Default 10,000. More wait in the operating system's queue.
    #[must_use]
    pub const fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// How long calls may go on after the shutdown began. Default 30 s.
    #[must_use]
    pub const fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// Speaks TLS on every connection. The settings can be [replaced](Tls::replace) while the server
    /// runs. Default: plain HTTP. Handshakes that fail are told in the log, at `info` once a second.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// A listener at this address, ready for [`serve`](Self::serve). Must be called inside a tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the address cannot be listened on, for example because it is taken.
    pub fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
        let listen = || {
            let listener = std::net::TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        };
        listen().map_err(|source| ServeError { address, source })
    }

    /// Serves until `shutdown` resolves and the open calls are done.
    ///
    /// # Errors
    ///
    /// None after the listener is there: a connection that fails is closed, and an `accept` that
    /// fails is tried again.
    pub async fn serve<S, B>(
        self,
        listener: TcpListener,
        service: S,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServeError>
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: AnyBody,
    {
        let drain = Drain::new();
        let places = Arc::new(Semaphore::new(self.max_connections));
        let failures = Failures::new();
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            while connections.try_join_next().is_some() {}
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = accept(&listener, &places) => accepted,
            };
            let Some((stream, peer, place)) = accepted else {
                continue;
            };
            let connection = Connection {
                service: service.clone(),
                peer,
                drain: drain.clone(),
                tls: self.tls.clone(),
                failures: failures.clone(),
                header_timeout: self.header_timeout,
                write_timeout: self.write_timeout,
            };
            connections.spawn(async move {
                connection.serve(stream).await;
                drop(place);
            });
        }
        drop(listener);
        drain.begin();
        let all = async { while connections.join_next().await.is_some() {} };
        if timeout(self.drain_timeout, all).await.is_err() {
            tracing::warn!(
                open = connections.len(),
                "the drain timeout is over: open connections are closed"
            );
            connections.shutdown().await;
        }
        Ok(())
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

type Accepted = (
    tokio::net::TcpStream,
    SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
);

/// One connection, once there is a place for it. `None` when it was gone before it was here.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Events are small and must not wait for more.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) if is_the_peers(&error) => None,
        Err(error) => {
            // Out of file descriptors or memory: others must finish first.
            tracing::warn!(%error, "cannot accept a connection");
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

fn is_the_peers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
