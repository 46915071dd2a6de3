//! The body of a request.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use thiserror::Error;
use tollbar_core::{Body, BoxError};

/// The client's body could not be read to its end.
#[derive(Debug, Error)]
#[error("the body of the request broke off")]
pub(crate) struct BrokenRequest(#[source] BoxError);

/// The client's body without its trailers. Frames pass without a copy.
pub(crate) struct RequestBody(Body);

impl RequestBody {
    pub(super) const fn new(body: Body) -> Self {
        Self(body)
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = BrokenRequest;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenRequest>>> {
        let polled = Pin::new(&mut self.0).poll_frame(cx);
        match polled {
            // Trailers are the last frame of a body.
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => {
                self.0 = Body::empty();
                Poll::Ready(None)
            }
            polled => polled.map(|next| next.map(|frame| frame.map_err(BrokenRequest))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
