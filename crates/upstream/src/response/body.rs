//! The body of an answer.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Version;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use thiserror::Error;
use tokio::sync::OwnedSemaphorePermit;

use crate::failure::Chain;

/// The answer broke off before its end.
#[derive(Debug, Error)]
#[error("the MCP server's answer broke off before its end")]
pub(crate) struct BrokenOff(#[source] Option<hyper::Error>);

/// An answer without its trailers. Frames pass without a copy.
///
/// Dropping it ends the exchange with the upstream at once: HTTP/1.1 closes the connection, HTTP/2
/// resets the stream.
pub(crate) struct AnswerBody {
    body: Incoming,
    version: Version,
    origin: Arc<str>,
    /// Held until the body has ended or is dropped: that long the upstream is busy with it.
    _place: OwnedSemaphorePermit,
}

impl AnswerBody {
    pub(crate) const fn new(
        body: Incoming,
        version: Version,
        origin: Arc<str>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            body,
            version,
            origin,
            _place: place,
        }
    }

    /// Whether hyper ended the body although the upstream did not: it takes a stream that was reset
    /// with `NO_ERROR` for a whole one.
    fn was_reset(&self) -> bool {
        self.version == Version::HTTP_2 && !self.body.is_end_stream()
    }

    fn broken_off(&self, error: Option<hyper::Error>) -> BrokenOff {
        let broken = BrokenOff(error);
        tracing::warn!(upstream = %self.origin, error = %Chain(&broken), "an answer broke off");
        broken
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        Pin::new(&mut self.body)
            .poll_frame(cx)
            .map(|next| match next {
                // Trailers are the last frame of a body.
                Some(Ok(frame)) if frame.is_trailers() => None,
                Some(Ok(frame)) => Some(Ok(frame)),
                Some(Err(error)) => Some(Err(self.broken_off(Some(error)))),
                None => self.was_reset().then(|| Err(self.broken_off(None))),
            })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
