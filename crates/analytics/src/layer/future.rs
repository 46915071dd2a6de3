//! The future that carries the record to the body.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, HeaderValue, Response};
use pin_project_lite::pin_project;
use tollbar_core::{AnyBody, Body};

use super::{body::Recorded, record::Record};
use crate::Ended;

pin_project! {
    /// The response of [`Analytics`](crate::Analytics). Dropped before its end, it records that the
    /// client left.
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // Dropped with the future: that is when the event of a vanished client is handed over.
        record: Option<Record>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(inner: F, record: Record) -> Self {
        Self {
            inner,
            record: Some(record),
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: AnyBody,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        let record = this.record.take();
        Poll::Ready(match (result, record) {
            (Ok(response), Some(mut record)) => {
                record.begun = begun(response.headers());
                record.status = Some(response.status());
                record.head_after = Some(record.exchange.started().elapsed());
                Ok(response.map(|body| Body::new(Recorded::new(Body::new(body), record))))
            }
            (Ok(response), None) => Ok(response.map(Body::new)),
            (Err(error), record) => {
                if let Some(mut record) = record {
                    record.ended = Some(Ended::UpstreamBroke);
                }
                Err(error)
            }
        })
    }
}

/// The session that begins with an answer.
fn begun(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get("mcp-session-id").cloned()
}
