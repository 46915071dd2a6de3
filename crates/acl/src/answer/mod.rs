//! Answers: the filter, and what it asks the policy.
//!
//! Nothing is found out by ids: a list, or a notification, is known by what it is. So a stream that is
//! taken up again is filtered like any other.

mod asking;
mod capabilities;
mod changes;
mod entry;
mod known;
mod links;
mod list;
mod lists;
mod near;
mod notifications;

use std::{fmt, sync::Arc};

use http::HeaderMap;
use tollbar_core::{Exchange, Filter, Kind, Message, Refusal, Watch};
use tollbar_mcp::{
    Call, Kind as CallKind, Limits, MessageKind, Method,
    json::{self, Slice},
};

use self::{changes::Changes, known::Known};
use crate::{
    Asker, Headers,
    access::{Inquiry, Shared},
    denial,
};

/// The filter of an answer; in shadow mode its watch.
pub(crate) struct Answers {
    shared: Arc<Shared>,
    /// Which headers of the request were kept.
    kept: Headers,
    headers: HeaderMap,
}

impl Answers {
    pub(crate) const fn new(shared: Arc<Shared>, kept: Headers, headers: HeaderMap) -> Self {
        Self {
            shared,
            kept,
            headers,
        }
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the policy that holds now wants of a message, and whether that is to be done.
    fn judge(
        &self,
        exchange: &Exchange,
        message: &Message<'_>,
    ) -> (Result<Changes, Refusal>, bool) {
        let terms = self.shared.terms();
        let Some(consumer) = exchange.consumer() else {
            return (Err(unbound()), true);
        };
        if !self.kept.cover(terms.headers()) {
            // The policy was replaced, and what this one wants to know is not to be had any more.
            return (Err(unknown_headers()), !terms.shadow);
        }
        let inquiry = Inquiry {
            terms: &terms,
            learnt: self.shared.learnt(),
            learns: exchange.call().is_some_and(may_list_tools),
            asker: Asker {
                consumer,
                address: exchange.client(),
                headers: &self.headers,
            },
        };
        let mut changes = Changes::default();
        let judged = judge(&inquiry, message, &mut changes);
        let judged = judged.map(|()| changes);
        if let Some(hidden) = judged.as_ref().map_or(Some(1), Changes::hidden) {
            exchange.add_hidden(hidden);
        }
        (judged, !terms.shadow)
    }
}

impl Filter for Answers {
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        match self.judge(exchange, message) {
            (Ok(changes), true) => changes.apply(message),
            (Err(refusal), true) => return Err(refusal),
            (_, false) => {}
        }
        Ok(())
    }
}

impl Watch for Answers {
    fn see(&self, exchange: &Exchange, message: &Message<'_>) {
        let _ = self.judge(exchange, message);
    }
}

fn judge(
    inquiry: &Inquiry<'_>,
    message: &Message<'_>,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    if message.parsed().kind() != MessageKind::Response {
        return notifications::filter(inquiry, message, changes);
    }
    if let Some(error) = message.error() {
        // Clients differ in which of both they take for the answer.
        if message.result().is_some() {
            return Err(denial::unreadable());
        }
        asking::check_error(inquiry, &error)?;
    }
    match message.result() {
        // All results of MCP are objects: what is in anything else, nobody has looked at.
        Some(result) if result.kind() != Some(json::Kind::Object) => Err(denial::unreadable()),
        Some(result) => filter_result(inquiry, message.limits(), &result, changes),
        None => Ok(()),
    }
}

/// Filters a result, of whatever it is one.
fn filter_result(
    inquiry: &Inquiry<'_>,
    limits: &Limits,
    result: &Slice<'_>,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let mut next = Some(*result);
    let mut inquiry = *inquiry;
    // A task that has ended brings the result of its call along (MCP 2026-07-28, extension tasks).
    // Nobody looks for one further inside.
    for _ in 0..2 {
        let Some(result) = next else {
            break;
        };
        let known = Known::of(&result).ok_or_else(denial::unreadable)?;
        asking::check(&inquiry, known.input_requests)?;
        capabilities::filter(&inquiry, &known, changes);
        if let Some(scope) = known.cache_scope
            && scope.as_str().is_some_and(|scope| scope == "public")
        {
            // What the policy has filtered is nobody else's.
            changes.put(scope.span(), r#""private""#);
        }
        for (list, entries) in known.lists() {
            lists::filter(&inquiry, limits, list, &entries, changes)?;
        }
        if inquiry.terms.scrub_links {
            links::filter(&inquiry, limits, &result, changes);
        }
        next = known.result;
        inquiry.learns = false;
    }
    Ok(())
}

/// Whether the answer to `tools/list` may be among what comes: to that itself, or on a stream that is
/// taken up again.
fn may_list_tools(call: &Call) -> bool {
    let mut messages = call.messages().iter();
    call.kind() == CallKind::Listen
        || messages.any(|message| message.method() == Some(&Method::ToolsList))
}

fn unknown_headers() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "acl_replaced",
        "the policy was replaced by one that looks at other headers: ask again",
    )
}

fn unbound() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "acl_unbound",
        "the gateway is misconfigured: the policy does not know who asks",
    )
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may be secret.
        f.debug_tuple("Answers").field(&self.shared).finish()
    }
}
