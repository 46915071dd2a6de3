//! Hooks on the events of a stream.

use bytes::{BufMut, Bytes, BytesMut};
use tollbar_mcp::{
    Limits, MessageKind, ServerDocument,
    sse::{Event, Framer},
};

use super::{
    document::{self, Filtered},
    outbox::Outbox,
    settings::Settings,
    unfit::{not_inspectable, too_large},
};
use crate::{BoxError, Exchange, Refusal, hook::Hooks};

/// Runs the hooks of an exchange over events.
pub(super) struct Events {
    hooks: Hooks,
    exchange: Exchange,
    limits: Limits,
    event_limit: usize,
}

/// What becomes of the stream after some events.
pub(super) enum Verdict {
    Open,
    /// The client has been told an error in the place of its answer; there is nothing more to come.
    Answered,
    /// The stream cannot go on, and nobody waits for an answer on it.
    Broken(BoxError),
}

impl Events {
    pub(super) fn new(hooks: Hooks, exchange: Exchange, settings: &Settings) -> Self {
        Self {
            hooks,
            exchange,
            limits: settings.limits.clone(),
            event_limit: settings.event_limit,
        }
    }

    /// Shows all whole events to the watches. `false` when no more can be seen.
    pub(super) fn watch(&self, framer: &mut Framer) -> bool {
        loop {
            match framer.next() {
                Ok(Some(event)) => self.show(&event),
                Ok(None) => return true,
                Err(_) => {
                    self.exchange.note_uninspected();
                    return false;
                }
            }
        }
    }

    fn show(&self, event: &Event) {
        if let Some(data) = event.data().filter(|data| !data.is_empty()) {
            document::watch(&data, &self.hooks, &self.exchange, &self.limits);
        }
    }

    /// Puts all whole events through the filters, and what passes into the queue.
    pub(super) fn filter(&self, framer: &mut Framer, ready: &mut Outbox) -> Verdict {
        loop {
            let refusal = match framer.next() {
                Ok(None) => return Verdict::Open,
                Ok(Some(event)) => match self.filter_one(&event, ready) {
                    Ok(()) => continue,
                    Err(refusal) => refusal,
                },
                Err(_) => too_large(self.event_limit),
            };
            return self.give_up(&refusal, ready);
        }
    }

    fn filter_one(&self, event: &Event, ready: &mut Outbox) -> Result<(), Refusal> {
        let Some(data) = event.data().filter(|data| !data.is_empty()) else {
            // Comments, `retry:` and priming events carry no message.
            ready.push(untouched(event, event.data().as_deref()));
            return Ok(());
        };
        match document::run(&data, &self.hooks, &self.exchange, &self.limits) {
            Ok(Filtered::Unchanged) => {
                document::watch(&data, &self.hooks, &self.exchange, &self.limits);
                ready.push(untouched(event, Some(&data)));
            }
            Ok(Filtered::Changed(changed)) => {
                document::watch(&changed, &self.hooks, &self.exchange, &self.limits);
                ready.push(changed_event(event, &changed));
            }
            Ok(Filtered::Withheld) => {}
            Err(refusal) => {
                let parsed =
                    ServerDocument::parse(&data, &self.limits).map_err(|_| not_inspectable())?;
                // One message, refused by a filter: a batch has dealt with its own elements.
                let [message] = parsed.messages() else {
                    return Err(refusal);
                };
                if let Some(error) = document::in_place(&refusal, message, &self.exchange) {
                    ready.push(changed_event(event, &error));
                }
            }
        }
        Ok(())
    }

    /// Nothing more can be checked: each waiting request gets an error, or the stream breaks.
    fn give_up(&self, refusal: &Refusal, ready: &mut Outbox) -> Verdict {
        self.exchange.note_refusal(refusal);
        let Some(call) = self.exchange.call().filter(|call| call.expects_response()) else {
            return Verdict::Broken(refusal.message().to_owned().into());
        };
        let requests = call.messages().iter();
        let requests = requests.filter(|message| message.kind() == MessageKind::Request);
        for id in requests.filter_map(|request| request.id()) {
            let mut event = BytesMut::from(&b"data: "[..]);
            event.put(refusal.to_message(call.era(), Some(id)));
            event.put_slice(b"\n\n");
            ready.push(event.freeze());
        }
        Verdict::Answered
    }
}

/// An event that passed the filters as it is. What some reader could take for more than was judged
/// does not pass with it.
fn untouched(event: &Event, data: Option<&[u8]>) -> Bytes {
    match event.is_plain() {
        true => event.raw().clone(),
        false => event.to_plain(data),
    }
}

/// An event with other data.
fn changed_event(event: &Event, data: &[u8]) -> Bytes {
    match event.is_plain() {
        true => event.with_data(data),
        false => event.to_plain(Some(data)),
    }
}
