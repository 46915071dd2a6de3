//! Stacks that are served.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tollbar::{
    Server,
    core::{Body, BoxError, Exchange},
};
use tower::service_fn;

/// Long enough for anything that should happen, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A server that stops when this is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    stopped: JoinHandle<()>,
}

impl Served {
    pub(crate) fn new<S>(server: Server, service: S) -> Self
    where
        S: tower::Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
    {
        let listener = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, wait) = oneshot::channel::<()>();
        let stopped = tokio::spawn(async move {
            let shutdown = async {
                let _ = wait.await;
            };
            server.serve(listener, service, shutdown).await.unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            stopped,
        }
    }

    /// A server that says who asks, and in which version of HTTP.
    pub(crate) fn introducing(server: Server) -> Self {
        let service = service_fn(|mut request: Request<Body>| async move {
            let exchange = Exchange::of(request.extensions_mut());
            let subject = exchange.certificate().map_or("nobody", |it| it.subject());
            let text = format!("{subject} {:?}", request.version());
            Ok::<_, Infallible>(Response::new(Body::from(text)))
        });
        Self::new(server, service)
    }

    /// Whether it stops in time.
    pub(crate) async fn stops_within(mut self, limit: Duration) -> bool {
        drop(self.stop.take());
        timeout(limit, &mut self.stopped).await.is_ok()
    }
}

/// A body that says what it is sent.
pub(crate) fn channel() -> (mpsc::Sender<&'static str>, Body) {
    let (sender, receiver) = mpsc::channel::<&'static str>(1);
    let chunks = stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(chunk.as_bytes()))),
            receiver,
        ))
    });
    (sender, Body::new(StreamBody::new(Box::pin(chunks))))
}

/// Bodies without end, of which it is known how many are open.
#[derive(Clone, Default)]
pub(crate) struct Endless(Arc<AtomicUsize>);

impl Endless {
    pub(crate) fn open(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn body(&self) -> Body {
        struct Open(Arc<AtomicUsize>);
        impl Drop for Open {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.0.fetch_add(1, Ordering::SeqCst);
        let chunks = stream::repeat_with({
            let open = Open(Arc::clone(&self.0));
            move || {
                let _ = &open;
                Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'x'; 16 * 1024])))
            }
        });
        Body::new(StreamBody::new(Box::pin(chunks)))
    }

    /// Waits until this many are open; `false` when it takes too long.
    pub(crate) async fn becomes(&self, count: usize) -> bool {
        let waiting = async {
            while self.open() != count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, waiting).await.is_ok()
    }
}
