//! An event out of what the layers have learnt.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{Method, StatusCode};
use tollbar_core::{Exchange, Refusal};
use tollbar_mcp::{ClientInfo, Message, TraceParent};

use crate::capture::Slot;

use super::{
    Answer, Asked, Ended, Event, ExchangeId, Passed, Proxy, Refused, Sizes, Times,
    asked::told,
    passed::Room,
    reply::Seen,
    text::{kept, without_keys},
};

/// All that the layer knows of an exchange at its end.
pub(crate) struct Making<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) id: ExchangeId,
    pub(crate) at: SystemTime,
    pub(crate) trace: Option<TraceParent>,
    pub(crate) proxy: &'a Arc<Proxy>,
    pub(crate) http_method: &'a Method,
    pub(crate) status: Option<StatusCode>,
    pub(crate) head: Option<Duration>,
    pub(crate) bytes_out: u64,
    pub(crate) session: Option<u64>,
    pub(crate) seen: Seen,
    /// How many messages are written down.
    pub(crate) most: usize,
    pub(crate) ended: Ended,
    /// What was said, where that is to be kept.
    pub(crate) slot: Option<&'a Slot>,
}

impl Making<'_> {
    /// One event, or one for each message of an array.
    pub(crate) fn each(&self, mut record: impl FnMut(Event)) {
        // The same for all of them.
        let times = self.times();
        let call = self.exchange.call();
        let messages = call.map(tollbar_mcp::Call::messages).unwrap_or_default();
        if !call.is_some_and(|call| call.is_batch()) || messages.is_empty() {
            return record(self.event(messages.first(), 0, None, times));
        }
        for (index, message) in messages.iter().enumerate() {
            let place = Some((index, messages.len()));
            record(self.event(Some(message), index, place, times));
        }
    }

    fn event(
        &self,
        message: Option<&Message>,
        index: usize,
        batch: Option<(usize, usize)>,
        times: Times,
    ) -> Event {
        let exchange = self.exchange;
        let refusal = exchange.refusal().map(|it| it.of_message(index));
        let answered = refusal.and_then(Refusal::verdict);
        let sent = message.and_then(Message::trace_parent);
        let mut event = Event {
            id: self.id,
            at: self.at,
            trace: sent.or(self.trace),
            span: exchange.span(),
            proxy: Arc::clone(self.proxy),
            peer: exchange.peer().map(|peer| peer.ip()),
            address: exchange.client(),
            http_method: kept(self.http_method.as_str()),
            asked: exchange.call().map(|call| Asked::of(call, message)),
            batch,
            client: message.and_then(Message::client).map(client),
            consumer: exchange.consumer().cloned(),
            session: self.session,
            verdict: answered.or_else(|| exchange.verdicts().get(index)).cloned(),
            hidden: exchange.hidden(),
            refusal: refusal.map(|refusal| Refused::of(refusal, message)),
            status: self.status,
            upstream: self.answer(index),
            is_inspected: !exchange.was_uninspected(),
            ended: self.ended,
            times,
            sizes: match index {
                0 => self.sizes(),
                _ => Sizes::default(),
            },
            passed: match index {
                0 => self.passed(),
                _ => Box::default(),
            },
            captured: None,
        };
        if let Some(slot) = self.slot {
            let id = message.and_then(Message::id);
            event.captured = slot.captured(exchange, &event, index, id);
        }
        event
    }

    fn answer(&self, index: usize) -> Option<Answer> {
        let answered = self.exchange.answered()?;
        let reply = self.seen.reply_to(index);
        Some(Answer {
            status: answered.status,
            is_replied: reply.is_some(),
            code: reply.and_then(|reply| reply.code),
            is_tool_error: reply.is_some_and(|reply| reply.is_tool_error),
        })
    }

    fn times(&self) -> Times {
        let answered = self.exchange.answered();
        Times {
            total: self.exchange.started().elapsed(),
            head: self.head,
            asked: self.exchange.asked(),
            answered: answered.map(|answered| answered.after),
        }
    }

    /// Those of the client first: they have passed before the first one of the server.
    fn passed(&self) -> Box<[Passed]> {
        let call = self.exchange.call().filter(|_| self.most > 0);
        let asked = self.exchange.asked().unwrap_or_default();
        let theirs = call
            .into_iter()
            .flat_map(|call| Passed::to_server(call, asked, self.most));
        let mut room = Room::new(self.most);
        theirs
            .chain(self.seen.passed.iter().cloned())
            .take_while(|passed| room.take(passed))
            .collect()
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            bytes_in: self.exchange.bytes_in(),
            bytes_out: self.bytes_out,
            messages: self.seen.messages,
        }
    }
}

fn client(client: &ClientInfo) -> ClientInfo {
    let (name, version) = (without_keys(client.name()), without_keys(client.version()));
    ClientInfo::new(&name, &version)
}

impl Refused {
    fn of(refusal: &Refusal, message: Option<&Message>) -> Self {
        Self {
            kind: refusal.kind(),
            reason: refusal.reason(),
            message: told(refusal.message(), message),
            code: refusal.code().0,
        }
    }
}
