//! Where an event stands in a trace.

use tollbar_analytics::Event;
use tollbar_core::Span;
use tollbar_mcp::TraceParent;

use crate::{Sampling, ids::Ids};

/// The place of an event: the one that a guard has given to its exchange. What no guard has seen, such as what a
/// plan has refused, gets one here; so do the messages of an array behind the first one.
///
/// `None` for what is not kept.
pub(crate) fn place(event: &Event, sampling: &Sampling, ids: &Ids) -> Option<Span> {
    let is_first = event.batch.is_none_or(|(index, _)| index == 0);
    if let Some(span) = event.span.filter(|_| is_first) {
        return Some(span).filter(|span| span.own().is_sampled());
    }
    let parent = event.trace;
    let trace_id = event.trace_id().unwrap_or_else(|| ids.trace());
    // An array without a trace of its own belongs to the one that began with it, and is kept like it.
    let is_kept = match (parent, event.span) {
        (None, Some(span)) => span.own().is_sampled(),
        _ => sampling.keeps(trace_id, parent),
    };
    let own = TraceParent::new(trace_id, ids.span(), true)?;
    let onward = TraceParent::new(trace_id, ids.span(), true)?;
    let span = Span::new(own, onward).with_parent(parent.map_or(0, |parent| parent.span_id()));
    is_kept.then_some(span)
}
