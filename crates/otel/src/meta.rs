//! The trace context in `params._meta`.

use std::{borrow::Cow, ops::Range};

use tollbar_core::Exchange;
use tollbar_mcp::{
    Message,
    json::{Slice, write_string},
};

/// The longest `tracestate` that is passed on, in bytes. Those that pass on a trace should take 512 characters at
/// least (W3C Trace Context, `tracestate` limits).
const LONGEST_STATE: usize = 4096;

/// The most members of a `tracestate` (W3C Trace Context section 3.3.1.1). Empty ones do not count.
const MOST_MEMBERS: usize = 32;

/// Where the trace context stands in a message, or could stand.
#[derive(Debug)]
pub(crate) struct Meta {
    object: Range<usize>,
    is_empty: bool,
    parent: Option<Range<usize>>,
    state: Option<(Range<usize>, Option<String>)>,
}

impl Meta {
    /// `None` where there is no `_meta`.
    pub(crate) fn of(exchange: &Exchange, message: Option<&Message>) -> Option<Self> {
        let object = message?.meta()?;
        let content = exchange.content()?;
        // Only this part of it, which a frame has found to be text.
        let text = std::str::from_utf8(content.get(object.clone())?).ok()?;
        let meta = Slice::new(text);
        let place = |part: Slice<'_>| {
            let span = part.span();
            object.start + span.start..object.start + span.end
        };
        let state = meta.get("tracestate").map(|state| {
            let text = state.as_str().map(Cow::into_owned);
            (place(state), text)
        });
        Some(Self {
            is_empty: meta.members().next().is_none(),
            parent: meta.get("traceparent").map(place),
            state,
            object,
        })
    }

    /// The `tracestate`, where it fits into a header.
    pub(crate) fn state(&self) -> Option<String> {
        let (_, text) = self.state.as_ref()?;
        let text = text.as_ref()?;
        let is_visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        let is_fit = !text.is_empty() && text.bytes().all(is_visible) && fits(text);
        is_fit.then(|| text.clone())
    }

    /// What has to change, so that the message says the same as the headers. Where its own trace is joined, its own
    /// `tracestate` stays.
    pub(crate) fn edits(
        &self,
        parent: &str,
        state: Option<&str>,
        is_joined: bool,
    ) -> Vec<(Range<usize>, Vec<u8>)> {
        let mut edits = Vec::new();
        let mut added = Vec::new();
        match &self.parent {
            Some(place) => edits.push((place.clone(), quoted(parent))),
            None => added.push(("traceparent", parent)),
        }
        match (&self.state, state) {
            (Some(_), _) if is_joined => {}
            // One that belongs to no trace says nothing. It may be empty.
            (Some((place, _)), state) => {
                edits.push((place.clone(), quoted(state.unwrap_or_default())));
            }
            (None, Some(state)) => added.push(("tracestate", state)),
            (None, None) => {}
        }
        if !added.is_empty() {
            let members: Vec<Vec<u8>> = added
                .iter()
                .map(|(key, value)| [&quoted(key), &b":"[..], &quoted(value)].concat())
                .collect();
            let mut text = members.join(&b","[..]);
            if !self.is_empty {
                text.push(b',');
            }
            let at = self.object.start + 1;
            edits.push((at..at, text));
        }
        edits
    }
}

/// Whether a `tracestate` is passed on. Too long a one goes as a whole: half of it could say something else.
pub(crate) fn fits(state: &str) -> bool {
    let members = state.split(',').filter(|member| !member.trim().is_empty());
    state.len() <= LONGEST_STATE && members.count() <= MOST_MEMBERS
}

fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_string(text, &mut out);
    out
}
