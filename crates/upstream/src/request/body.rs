//! The body of a request.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tollbar_core::{Body, BoxError};

/// Whether the client's body broke off. HTTP/2 does not tell that in its error.
#[derive(Clone, Default)]
pub(crate) struct Broken(Option<Arc<AtomicBool>>);

impl Broken {
    pub(crate) fn is_set(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|flag| flag.load(Ordering::Acquire))
    }

    fn set(&self) {
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::Release);
        }
    }
}

/// The client's body without its trailers. Frames pass without a copy.
pub(crate) struct RequestBody {
    body: Body,
    broken: Broken,
}

impl RequestBody {
    pub(super) fn new(body: Body) -> Self {
        // What is here as a whole cannot break.
        let whole = body.is_end_stream() || body.as_bytes().is_some();
        let broken = Broken((!whole).then(Arc::default));
        Self { body, broken }
    }

    /// The same body once more, when it is here as a whole.
    pub(super) fn again(&self) -> Option<Self> {
        let body = match self.body.as_bytes() {
            Some(bytes) => Body::from(bytes.clone()),
            None if self.body.is_end_stream() => Body::empty(),
            None => return None,
        };
        Some(Self::new(body))
    }

    /// The flag that is set when the body breaks off.
    pub(crate) fn broken(&self) -> Broken {
        self.broken.clone()
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            // Trailers are the last frame of a body.
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => {
                self.body = Body::empty();
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Err(_))) => self.broken.set(),
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
