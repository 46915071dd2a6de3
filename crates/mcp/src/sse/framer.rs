//! A stream that is cut into events.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::Event;
use super::lines::{Lines, MARK};

/// An event has more bytes than the framer was told to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event is longer than {limit} bytes")]
pub struct EventTooLarge {
    limit: usize,
}

impl EventTooLarge {
    /// The limit that was exceeded, in bytes.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }
}

/// Cuts a stream into events.
///
/// Events that lie within one chunk are slices of it. Others are gathered, at most `limit` bytes and one chunk. All raw
/// bytes that come out, of the events and of [`finish`](Self::finish), are all bytes that went in.
#[derive(Debug)]
pub struct Framer {
    limit: usize,
    lines: Lines,
    begun: BytesMut,
    chunks: VecDeque<Bytes>,
    is_first: bool,
    is_too_large: bool,
}

impl Framer {
    /// A framer for one stream, which refuses events of more than `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            lines: Lines::new(),
            begun: BytesMut::new(),
            chunks: VecDeque::new(),
            is_first: true,
            is_too_large: false,
        }
    }

    /// Adds the next bytes of the stream. Call [`next`](Self::next) until it has no more events before adding others.
    pub fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.chunks.push_back(chunk);
        }
    }

    /// Takes the next whole event; `None` until more bytes come.
    ///
    /// Empty lines between events come as events of their own, without fields.
    ///
    /// # Errors
    ///
    /// When the next event is longer than the limit. That is final: all further calls fail, and what is left comes with
    /// [`finish`](Self::finish).
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would be over after the first `None`"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, EventTooLarge> {
        let limit = self.limit;
        if self.is_too_large {
            return Err(EventTooLarge { limit });
        }
        while let Some(chunk) = self.chunks.front_mut() {
            let end = self.lines.event_end(chunk);
            let length = end.unwrap_or(chunk.len());
            if self.begun.len() + length > limit {
                self.is_too_large = true;
                return Err(EventTooLarge { limit });
            }
            let piece = chunk.split_to(length);
            if chunk.is_empty() {
                self.chunks.pop_front();
            }
            if end.is_some() && self.begun.is_empty() {
                return Ok(Some(self.event(piece)));
            }
            self.begun.extend_from_slice(&piece);
            if end.is_some() {
                let raw = self.begun.split().freeze();
                return Ok(Some(self.event(raw)));
            }
        }
        Ok(None)
    }

    fn event(&mut self, raw: Bytes) -> Event {
        let has_mark = std::mem::take(&mut self.is_first) && raw.starts_with(MARK);
        Event::new(raw, has_mark)
    }

    /// Whether something may be put behind the event handed out last. False while there are bytes that
    /// [`next`](Self::next) has not seen.
    #[must_use]
    pub fn is_between_events(&self) -> bool {
        self.lines.is_between_events() && self.chunks.is_empty()
    }

    /// Ends the stream, and gives back the raw bytes that make no whole event.
    ///
    /// The standard has clients discard them.
    #[must_use]
    pub fn finish(mut self) -> Option<Bytes> {
        for chunk in self.chunks {
            self.begun.extend_from_slice(&chunk);
        }
        (!self.begun.is_empty()).then(|| self.begun.freeze())
    }
}
