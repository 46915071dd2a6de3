//! A service that notices how it is treated.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use tollbar::core::{Body, BoxError};
use tower::Service;

/// What the probe has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) calls: AtomicUsize,
    pub(crate) dropped_futures: AtomicUsize,
    pub(crate) dropped_bodies: AtomicUsize,
}

/// How the probe answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing, for ever.
    Never,
    /// A head, and then a stream that never ends: what is not a stream, a filter has to wait for.
    Endless,
    /// An empty answer at once.
    Empty,
}

/// Panics when it is called without having been polled ready itself.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) seen: Arc<Seen>,
    answer: Answer,
    ready: bool,
}

impl Probe {
    pub(crate) fn new(answer: Answer) -> Self {
        Self {
            seen: Arc::default(),
            answer,
            ready: false,
        }
    }
}

impl Clone for Probe {
    /// A clone is not ready, as tower has it.
    fn clone(&self) -> Self {
        Self {
            seen: Arc::clone(&self.seen),
            answer: self.answer,
            ready: false,
        }
    }
}

impl Service<Request<Body>> for Probe {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert!(self.ready, "called without having been polled ready");
        self.ready = false;
        self.seen.calls.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer;
        let future = CountDrop(Arc::clone(&self.seen), |seen| &seen.dropped_futures);
        let body = CountDrop(Arc::clone(&self.seen), |seen| &seen.dropped_bodies);
        Box::pin(async move {
            let _future = future;
            match answer {
                Answer::Never => std::future::pending().await,
                Answer::Empty => Ok(Response::new(Body::empty())),
                Answer::Endless => {
                    let response = Response::builder().header("content-type", "text/event-stream");
                    Ok(response.body(Body::new(Endless(body))).unwrap())
                }
            }
        })
    }
}

struct CountDrop(Arc<Seen>, fn(&Seen) -> &AtomicUsize);

impl Drop for CountDrop {
    fn drop(&mut self) {
        (self.1)(&self.0).fetch_add(1, Ordering::SeqCst);
    }
}

struct Endless(#[expect(dead_code, reason = "counts when it is dropped")] CountDrop);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Pending
    }
}
