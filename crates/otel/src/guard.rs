//! The guard that takes up a trace and passes it on.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use tollbar_core::{Exchange, Guard, Pass, Refusal, Span};
use tollbar_mcp::{Call, Era, Message, TraceParent};

use crate::{
    Sampling,
    ids::Ids,
    meta::{Meta, fits},
};

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Gives each request a place in a trace, and tells the upstream of it (W3C Trace Context; MCP 2026-07-28
/// `basic/index`, SEP-414). Stands inside of the frame, as far in as may be. Refuses nothing.
///
/// - The trace is the one that `_meta.traceparent` names; the one of the header is then linked. Where only the header
///   names one, that one. Where none does, or none that can be read, a new one.
/// - The upstream is told of the gateway's own span to it: in the header, and in the modern era in `_meta` too.
/// - `tracestate` goes with the trace it came with, and no further than that, up to 4,096 bytes and 32 members (W3C Trace
///   Context section 3.3.1.1); `baggage` passes as it is.
///
/// Of an array of messages (MCP 2025-03-26) the first one decides. Without a frame around it only headers count.
#[derive(Clone, Debug)]
pub struct TraceGuard(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    ids: Ids,
    sampling: Sampling,
}

impl TraceGuard {
    /// A guard that marks so many traces as kept. Give the same to [`OtelSettings`](crate::OtelSettings).
    #[must_use]
    pub fn new(sampling: Sampling) -> Self {
        let ids = Ids::new();
        Self(Arc::new(Inside { ids, sampling }))
    }

    fn place(&self, told: Option<TraceParent>, header: Option<TraceParent>) -> Option<Span> {
        let Inside { ids, sampling } = &*self.0;
        let parent = told.or(header);
        let trace_id = parent.map_or_else(|| ids.trace(), |parent| parent.trace_id());
        let is_kept = sampling.keeps(trace_id, parent);
        let own = TraceParent::new(trace_id, ids.span(), is_kept)?;
        let onward = TraceParent::new(trace_id, ids.span(), is_kept)?;
        let span = Span::new(own, onward).with_parent(parent.map_or(0, |parent| parent.span_id()));
        Some(match (told, header) {
            (Some(told), Some(header)) if told != header => span.with_link(header),
            _ => span,
        })
    }
}

impl Default for TraceGuard {
    fn default() -> Self {
        Self::new(Sampling::default())
    }
}

impl Guard for TraceGuard {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let message = exchange.call().and_then(|call| call.messages().first());
        let told = message.and_then(Message::trace_parent);
        let header = TraceParent::of(&head.headers);
        let Some(span) = self.place(told, header) else {
            return Ok(Pass::new());
        };
        // A second guard of this kind in the same stack has nothing to add.
        if exchange.set_span(span).is_err() {
            return Ok(Pass::new());
        }
        let meta = Meta::of(exchange, message);
        let state = match (told, header) {
            (Some(told), header) => {
                let same = header.is_some_and(|header| header.trace_id() == told.trace_id());
                let state = meta.as_ref().and_then(Meta::state);
                state.or_else(|| state_of(&head.headers).filter(|_| same))
            }
            (None, Some(_)) => state_of(&head.headers),
            (None, None) => None,
        };
        let onward = span.onward().to_string();
        let mut pass = Pass::new();
        if let Ok(value) = HeaderValue::try_from(&onward) {
            pass = pass.with_request_header(TRACEPARENT, value);
        }
        match state.as_deref().map(HeaderValue::try_from) {
            Some(Ok(value)) => pass = pass.with_request_header(TRACESTATE, value),
            _ if head.headers.contains_key(TRACESTATE) => {
                pass = pass.without_request_header(TRACESTATE);
            }
            _ => {}
        }
        let is_modern = exchange.call().map(Call::era) == Some(Era::Modern);
        if let Some(meta) = meta.filter(|_| is_modern) {
            for (place, with) in meta.edits(&onward, state.as_deref(), told.is_some()) {
                pass = pass.with_edit(place, with);
            }
        }
        Ok(pass)
    }
}

/// The `tracestate` of the headers, in one line: it may come in several, which are one list. `None` where all together
/// they are too long.
fn state_of(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(TRACESTATE).iter();
    let lines: Option<Vec<&str>> = lines.map(|line| line.to_str().ok()).collect();
    let lines = lines.filter(|lines| !lines.is_empty())?;
    Some(lines.join(",")).filter(|state| fits(state))
}
