//! What goes on on one connection.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tollbar_core::{Body, BoxError};

/// Counts of one connection.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// Requests so far.
    pub(super) requests: AtomicUsize,
    /// HTTP/2 exchanges that have not ended.
    open: AtomicUsize,
    is_http2: AtomicBool,
}

impl Activity {
    /// Whether this is an HTTP/2 connection on which nothing is open.
    pub(super) fn is_idle_http2(&self) -> bool {
        self.is_http2.load(Ordering::Relaxed) && self.open.load(Ordering::Relaxed) == 0
    }
}

/// One open exchange, counted until it is dropped.
pub(super) struct Counted(Arc<Activity>);

impl Counted {
    pub(super) fn new(activity: &Arc<Activity>) -> Self {
        activity.is_http2.store(true, Ordering::Relaxed);
        activity.open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(activity))
    }

    /// Counts the exchange until its answer has ended.
    pub(super) fn until_the_end_of(self, body: Body) -> CountedBody {
        CountedBody {
            body,
            _counted: self,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The answer of a counted exchange.
pub(super) struct CountedBody {
    body: Body,
    _counted: Counted,
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
