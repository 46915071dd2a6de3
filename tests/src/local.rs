//! A gateway inside the test's own process, and plain requests to it.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::sync::oneshot;
use tollbar::{Server, core::Body};
use tower::Service;

/// A served stack. Stops when dropped.
#[derive(Debug)]
pub struct Local {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

impl Local {
    /// Serves a stack on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    #[must_use]
    pub fn serve<S>(service: S, server: Server) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + Clone
            + Send
            + 'static,
        S::Future: Send + 'static,
    {
        let listener = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            server.serve(listener, service, stopped).await.unwrap();
        });
        Self {
            address,
            stop: Some(stop),
        }
    }

    /// Begins the shutdown.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Posts a JSON body.
    ///
    /// # Panics
    ///
    /// When the gateway does not answer at all.
    pub async fn post(&self, body: impl Into<Bytes>) -> Response<Incoming> {
        let request = Request::post(format!("http://{}/mcp", self.address))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(Full::new(body.into()))
            .unwrap();
        self.send(request).await
    }

    /// Sends a request on a connection of its own.
    ///
    /// # Panics
    ///
    /// When the gateway does not answer at all.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        client.request(request).await.unwrap()
    }
}
