//! The body that knows how the exchange ended.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Method;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tollbar_core::{Body, BoxError};

use super::record::Record;
use crate::Ended;

/// The body of an answer, counted. Hands over the exchange's event when it is dropped.
pub struct Recorded {
    body: Body,
    record: Record,
}

impl Recorded {
    pub(super) fn new(body: Body, mut record: Record) -> Self {
        // Nothing of the content is read of an answer to HEAD (RFC 9110 section 9.3.2).
        if body.is_end_stream() || record.http_method == Method::HEAD {
            record.ended = Some(Ended::Complete);
        }
        Self { body, record }
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("body", &self.body)
            .field("bytes_out", &self.record.bytes_out)
            .finish_non_exhaustive()
    }
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.record.bytes_out += length as u64;
                // A server that has written a declared length never asks for the end.
                if self.body.is_end_stream() || self.body.size_hint().exact() == Some(0) {
                    self.record.ended = Some(Ended::Complete);
                }
            }
            Poll::Ready(None) => self.record.ended = Some(Ended::Complete),
            Poll::Ready(Some(Err(_))) => self.record.ended = Some(Ended::UpstreamBroke),
            Poll::Pending => {}
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
