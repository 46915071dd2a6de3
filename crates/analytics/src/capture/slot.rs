//! What one exchange leaves, until it has ended.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tollbar_core::{Exchange, Message as Answered, Watch};
use tollbar_mcp::{Id, Message, MessageKind};

use super::{Capture, Captured, redaction::Part};
use crate::{Event, event::is_reply_to};

/// What one exchange leaves, raw, until it has ended. Never shown by `Debug`. Clones are the same.
#[derive(Clone)]
pub(crate) struct Slot(Arc<Shared>);

struct Shared {
    capture: Arc<Capture>,
    said: Mutex<Said>,
}

#[derive(Default)]
struct Said {
    /// With the place of the message in the array.
    params: Vec<(usize, Box<str>)>,
    params_bytes: usize,
    /// With the id that is answered, as JSON.
    answers: Vec<(Box<str>, Part, Box<str>)>,
    answers_bytes: usize,
    /// Of the room for all.
    held: usize,
}

impl Drop for Shared {
    fn drop(&mut self) {
        let said = self.said.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.capture.held.give(said.held);
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl Slot {
    pub(super) fn new(capture: Arc<Capture>) -> Self {
        let said = Mutex::default();
        Self(Arc::new(Shared { capture, said }))
    }

    /// Takes what the client has sent, while it is here.
    pub(super) fn take_params(&self, exchange: &Exchange) {
        let (Some(call), Some(content)) = (exchange.call(), exchange.content()) else {
            return;
        };
        let Shared { capture, .. } = &*self.0;
        let mut said = self.lock();
        for (index, message) in call.messages().iter().enumerate() {
            let bytes = message.params().and_then(|params| content.get(params));
            let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
            let Some(text) = text.filter(|_| capture.wants(exchange, message)) else {
                continue;
            };
            let total = said.params_bytes.saturating_add(text.len());
            if total <= capture.read
                && let Some(held) = capture.held.take(text.len())
            {
                said.held += held;
                said.params_bytes = total;
                said.params.push((index, text.into()));
            }
        }
    }

    /// What is kept of this message, which is at this place, now that all is over.
    pub(crate) fn captured(
        &self,
        exchange: &Exchange,
        event: &Event,
        index: usize,
        id: Option<&Id>,
    ) -> Option<Box<Captured>> {
        let Shared { capture, .. } = &*self.0;
        if !capture.wants_end(event) {
            return None;
        }
        let credential = exchange.credential();
        let shown = |part, raw: &str| {
            let text = capture.redaction.shown(part, raw, credential)?;
            Some(cut(text, capture.bytes))
        };
        let mut captured = Captured::default();
        let said = self.lock();
        if let Some((_, raw)) = said.params.iter().find(|(place, _)| *place == index) {
            captured.params = shown(Part::Params, raw);
        }
        let answer = id.and_then(|id| {
            let mut answers = said.answers.iter();
            answers.find(|(raw, ..)| is_reply_to(raw, id))
        });
        match answer {
            Some((_, Part::Error, raw)) => captured.error = shown(Part::Error, raw),
            Some((_, part, raw)) => captured.result = shown(*part, raw),
            None => {}
        }
        (captured != Captured::default()).then(|| captured.into())
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        // A panic elsewhere while the lock was held cannot leave half a push behind.
        self.0.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Slot {
    fn limit(&self) -> usize {
        self.0.capture.read
    }

    fn see(&self, exchange: &Exchange, message: &Answered<'_>) {
        let parsed = message.parsed();
        let Some(raw) = parsed
            .id()
            .filter(|_| parsed.kind() == MessageKind::Response)
        else {
            return;
        };
        let messages = exchange.call().map(tollbar_mcp::Call::messages);
        let is_asked = |asked: &&Message| asked.id().is_some_and(|id| is_reply_to(raw, id));
        let Some(asked) = messages.unwrap_or_default().iter().find(is_asked) else {
            return;
        };
        let result = message.result().map(|result| (Part::Result, result));
        let error = message.error().map(|error| (Part::Error, error));
        let Some((part, slice)) = error.or(result) else {
            return;
        };
        let Shared { capture, .. } = &*self.0;
        let mut said = self.lock();
        let length = raw.len().saturating_add(slice.raw().len());
        let total = said.answers_bytes.saturating_add(length);
        // The first one counts. Of others a server may send as many as it likes.
        let is_first = said.answers.iter().all(|(before, ..)| &**before != raw);
        if total <= capture.read
            && is_first
            && capture.wants(exchange, asked)
            && let Some(held) = capture.held.take(length)
        {
            said.held += held;
            said.answers_bytes = total;
            said.answers.push((raw.into(), part, slice.raw().into()));
        }
    }
}

/// The text, cut at so many bytes with a `…` behind it where that is not all.
fn cut(mut text: String, most: usize) -> Box<str> {
    if text.len() > most {
        // Always found: there is a boundary at the beginning.
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text.into()
}
