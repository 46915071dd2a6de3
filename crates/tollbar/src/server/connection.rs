//! One connection.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{net::TcpStream, time::sleep};
use tollbar_core::{AnyBody, Body, BoxError, Drain, Exchange};
use tower::ServiceExt as _;
use tower_service::Service;

/// Streams that one HTTP/2 connection may have open.
const CONCURRENT_STREAMS: u32 = 256;

pub(super) struct Connection<S> {
    pub(super) service: S,
    pub(super) peer: SocketAddr,
    pub(super) drain: Drain,
    pub(super) header_timeout: Duration,
}

impl<S> Connection<S> {
    /// Serves requests until the peer leaves, a bound is passed, or the server has drained.
    pub(super) async fn serve<B>(self, stream: TcpStream)
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: AnyBody,
    {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(CONCURRENT_STREAMS)
            .keep_alive_interval(self.header_timeout)
            .keep_alive_timeout(self.header_timeout);
        let Self {
            service,
            peer,
            drain,
            header_timeout,
        } = self;
        let stopping = drain.clone();
        let asked = Arc::new(AtomicBool::new(false));
        let has_asked = Arc::clone(&asked);
        let service = service_fn(move |mut request: Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            let exchange = Exchange::start(Some(peer), Some(drain.clone()));
            request.extensions_mut().insert(exchange);
            let answer = service.clone().oneshot(request.map(Body::new));
            async move { answer.await.map(|response| response.map(Body::new)) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let mut first_request = pin!(sleep(header_timeout));
        let mut waiting = true;
        let served = loop {
            tokio::select! {
                served = connection.as_mut() => break served,
                () = stopping.begun() => {
                    connection.as_mut().graceful_shutdown();
                    break connection.await;
                }
                // hyper's own timeout starts when it knows the protocol, which takes some bytes.
                () = &mut first_request, if waiting => {
                    if !has_asked.load(Ordering::Relaxed) {
                        return;
                    }
                    waiting = false;
                }
            }
        };
        if let Err(error) = served {
            tracing::debug!(%peer, %error, "a connection ended with an error");
        }
    }
}
