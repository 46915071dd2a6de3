//! Tasks on their way out.

use std::{ops::Range, sync::Arc};

use tollbar_core::{Consumer, Exchange, Filter, Message, Refusal};
use tollbar_mcp::{Kind, MessageKind, Subject, Subscriptions, json::Slice};

use super::{
    answer::{Found, is_status},
    sealed::TaskSeal,
    unknown::unbound,
};

/// What the server answers to a `subscriptions/listen` at first.
const ACKNOWLEDGED: &str = "notifications/subscriptions/acknowledged";

/// Gives the client sealed ids only.
#[derive(Debug)]
pub(super) struct Sealing {
    seal: Arc<TaskSeal>,
}

impl Sealing {
    pub(super) const fn new(seal: Arc<TaskSeal>) -> Self {
        Self { seal }
    }
}

impl Filter for Sealing {
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        let consumer = exchange.consumer().ok_or_else(unbound)?;
        let parsed = message.parsed();
        let method = parsed.method().unwrap_or_default();
        let found = match (parsed.kind(), message.params(), message.result()) {
            (MessageKind::Response, _, Some(result)) => Found::result(result),
            (MessageKind::Notification, Some(params), _) => {
                if let Some(asked) = subscriptions(exchange)
                    && method == ACKNOWLEDGED
                {
                    self.acknowledge(asked, params, consumer, message);
                }
                if is_status(method) && !self.is_awaited(exchange, consumer, &params) {
                    message.withhold();
                    return Ok(());
                }
                Found::notification(method, params)
            }
            (MessageKind::Request, Some(params), _) => Found::request(method, params),
            _ => return Ok(()),
        };
        for id in found.ids {
            if let Some(sealed) = self.sealed(&id, consumer) {
                put(id.span(), &sealed, message);
            }
        }
        if let Some(offers) = found.offers {
            message.retain_members(&offers, |key, _| !key.eq_ignore_ascii_case("list"));
        }
        Ok(())
    }
}

impl Sealing {
    /// Seals the tasks in an acknowledgement, and takes out those that nobody has asked for.
    fn acknowledge(
        &self,
        asked: &Subscriptions,
        params: Slice<'_>,
        consumer: &Consumer,
        message: &mut Message<'_>,
    ) {
        let filter = params.get("notifications");
        let Some(list) = filter.and_then(|filter| filter.get("taskIds")) else {
            return;
        };
        let mut kept = Vec::new();
        message.retain(&list, |id| {
            let sealed = self.sealed(id, consumer);
            let asked = sealed.filter(|sealed| is_asked(asked, sealed));
            let stays = asked.is_some();
            kept.extend(asked.map(|sealed| (id.span(), sealed)));
            stays
        });
        for (span, sealed) in kept {
            put(span, &sealed, message);
        }
    }

    /// Whether the status of a task is for this client. A server that takes the gateway for its only
    /// client may tell everybody of each task.
    fn is_awaited(&self, exchange: &Exchange, consumer: &Consumer, params: &Slice<'_>) -> bool {
        if let Some(asked) = subscriptions(exchange) {
            let id = params.get("taskId");
            let sealed = id.and_then(|id| self.sealed(&id, consumer));
            return sealed.is_some_and(|sealed| is_asked(asked, &sealed));
        }
        // Without a session, a stream that answers nothing belongs to nobody.
        let is_answer = exchange
            .call()
            .is_some_and(|call| call.kind() == Kind::Post);
        is_answer || exchange.session().is_some()
    }

    fn sealed(&self, id: &Slice<'_>, consumer: &Consumer) -> Option<String> {
        Some(self.seal.seal(&id.as_str()?, consumer))
    }
}

/// What was subscribed to with this exchange.
fn subscriptions(exchange: &Exchange) -> Option<&Subscriptions> {
    match exchange.call()?.subject()? {
        Subject::Subscriptions(asked) => Some(asked),
        _ => None,
    }
}

fn is_asked(asked: &Subscriptions, sealed: &str) -> bool {
    asked.tasks().iter().any(|task| **task == *sealed)
}

/// Puts a sealed id in the place of the server's. It holds nothing that JSON would escape.
fn put(span: Range<usize>, sealed: &str, message: &mut Message<'_>) {
    message.replace(span, format!("\"{sealed}\""));
}
