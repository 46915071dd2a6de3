//! Spans, in messages that are not too long.

use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// The spans of one message.
#[derive(Debug, Default)]
pub(crate) struct Portion {
    /// Of so many events.
    pub(crate) events: usize,
    pub(crate) spans: Vec<Span>,
}

/// Gathers spans, all of one event in the same message.
#[derive(Debug)]
pub(crate) struct Portions {
    most_bytes: usize,
    full: Vec<Portion>,
    last: Portion,
    bytes: usize,
}

impl Portions {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            full: Vec::new(),
            last: Portion::default(),
            bytes: 0,
        }
    }

    /// Adds those of one more event, which may have none.
    pub(crate) fn add(&mut self, spans: impl Iterator<Item = Span>) {
        let spans: Vec<Span> = spans.collect();
        let length: usize = spans.iter().map(Span::encoded_len).sum();
        if self.bytes > 0 && self.bytes.saturating_add(length) > self.most_bytes {
            self.full.push(std::mem::take(&mut self.last));
            self.bytes = 0;
        }
        self.bytes = self.bytes.saturating_add(length);
        self.last.events += 1;
        self.last.spans.extend(spans);
    }

    pub(crate) fn into_list(mut self) -> Vec<Portion> {
        self.full.push(self.last);
        self.full
    }
}
