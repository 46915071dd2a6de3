//! A JSON body that is watched while it passes.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tollbar_mcp::Limits;

use super::document;
use crate::{Body, BoxError, Exchange, hook::Hooks};

/// Passes every chunk at once and keeps a copy, up to a limit, to show to the watches.
pub(super) struct Tee {
    body: Body,
    copy: Copy,
    hooks: Hooks,
    exchange: Exchange,
    limit: usize,
    limits: Limits,
}

/// What was kept of the body.
enum Copy {
    Nothing,
    /// One chunk so far, shared and not copied.
    One(Bytes),
    Many(BytesMut),
    /// Shown, or given up.
    Done,
}

impl Tee {
    pub(super) fn new(
        body: Body,
        hooks: Hooks,
        exchange: Exchange,
        limit: usize,
        limits: Limits,
    ) -> Self {
        // What is known to be too long is not held at all.
        let is_too_long = usize::try_from(body.size_hint().lower()).is_ok_and(|it| it > limit);
        if is_too_long {
            exchange.note_uninspected();
        }
        Self {
            body,
            copy: if is_too_long {
                Copy::Done
            } else {
                Copy::Nothing
            },
            hooks,
            exchange,
            limit,
            limits,
        }
    }

    fn keep(&mut self, chunk: &Bytes) {
        let length = match &self.copy {
            Copy::Nothing => 0,
            Copy::One(kept) => kept.len(),
            Copy::Many(kept) => kept.len(),
            Copy::Done => return,
        };
        if length + chunk.len() > self.limit {
            self.copy = Copy::Done;
            self.exchange.note_uninspected();
            return;
        }
        self.copy = match std::mem::replace(&mut self.copy, Copy::Done) {
            Copy::One(kept) => {
                let mut many = BytesMut::from(kept);
                many.extend_from_slice(chunk);
                Copy::Many(many)
            }
            Copy::Many(mut many) => {
                many.extend_from_slice(chunk);
                Copy::Many(many)
            }
            Copy::Nothing | Copy::Done => Copy::One(chunk.clone()),
        };
    }

    fn show(&mut self) {
        let copy = std::mem::replace(&mut self.copy, Copy::Done);
        let document: &[u8] = match &copy {
            Copy::Nothing | Copy::Done => return,
            Copy::One(kept) => kept,
            Copy::Many(kept) => kept,
        };
        document::watch(document, &self.hooks, &self.exchange, &self.limits);
    }
}

impl HttpBody for Tee {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(chunk) = frame.data_ref() {
                    self.keep(chunk);
                }
                // A server writes the last byte of a known length and never asks again.
                if self.body.is_end_stream() || self.body.size_hint().exact() == Some(0) {
                    self.show();
                }
            }
            Poll::Ready(None) => self.show(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
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
