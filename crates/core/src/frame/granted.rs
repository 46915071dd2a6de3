//! A body that ends with the right to it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::ending::{Cause, Ending};
use crate::{Body, BoxError, Exchange};

/// What is no event stream, or none that can be read: a document that comes in pieces, an encoded
/// stream. When the right ends it breaks off, since there is no telling where it could end in order.
pub(super) struct Granted {
    body: Body,
    ending: Ending,
    exchange: Exchange,
    /// Whether this was asked for anything yet.
    is_begun: bool,
}

impl Granted {
    /// The same body, bound to the right of its exchange. What is here already is no longer on its
    /// way.
    pub(super) fn bind(body: Body, exchange: &Exchange) -> Body {
        let ending = Ending::of_the_right(exchange);
        if !ending.is_possible() || body.is_end_stream() || body.as_bytes().is_some() {
            return body;
        }
        Body::new(Self {
            body,
            ending,
            exchange: exchange.clone(),
            is_begun: false,
        })
    }

    fn break_off(&mut self) -> BoxError {
        self.exchange.note_revoked();
        self.body = Body::empty();
        self.ending = Ending::none();
        "the right to this answer has ended".into()
    }
}

impl HttpBody for Granted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let is_begun = std::mem::replace(&mut self.is_begun, true);
        if self.ending.due() == Some(Cause::Revoked) {
            // A server that is told of an error at once throws the head of the answer away with it: over
            // HTTP/1.1 the client would be left without any answer. So the head goes out first.
            if !is_begun {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(self.break_off())));
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => match self.ending.poll(cx) {
                Poll::Ready(_) => Poll::Ready(Some(Err(self.break_off()))),
                Poll::Pending => Poll::Pending,
            },
            ready @ Poll::Ready(_) => ready,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
