//! What is cut out of requests that pass.

use std::ops::Range;

use tollbar_mcp::{Message, Method, Subject, json::Slice};

use super::{
    Inquiry, Judgement,
    judgement::{TOO_MUCH_ASKED, slice},
};
use crate::{Decision, Feature, Target};

/// The extension of tasks among capabilities (MCP 2026-07-28).
pub(crate) const TASKS_EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// With it a client asks for log messages (MCP 2026-07-28 `basic/index`).
const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

/// Of how many bytes of URIs one subscription may ask. It takes time to judge a URI, and nothing else
/// could be done meanwhile. What is beyond is not subscribed to.
const MOST_ASKED: usize = 64 << 10;

/// A text within the body.
#[derive(Clone, Copy)]
struct Part<'a> {
    slice: Slice<'a>,
    start: usize,
}

impl<'a> Part<'a> {
    fn of(body: &'a [u8], span: Option<Range<usize>>) -> Option<Self> {
        let span = span?;
        let start = span.start;
        let slice = slice(body, span)?;
        Some(Self { slice, start })
    }

    fn cut(
        &self,
        of: &Slice<'a>,
        cuts: &mut Vec<Range<usize>>,
        mut goes: impl FnMut(Option<&str>) -> bool,
    ) {
        let places = of.cuts(|key, _| !goes(key));
        let places = places.into_iter();
        cuts.extend(places.map(|place| self.start + place.start..self.start + place.end));
    }
}

/// The places to cut out of a message: features of the client that may not be used, so that the server
/// does not count on them, and subscriptions to what may not be read.
pub(super) fn cuts<'m>(
    inquiry: &Inquiry<'_>,
    message: &'m Message,
    body: &[u8],
    judgement: &mut Judgement<'m>,
) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    if let Some(capabilities) = Part::of(body, message.capabilities()) {
        cut_capabilities(inquiry, capabilities, &mut cuts);
    }
    if message.method() != Some(&Method::Initialize)
        && let Some(meta) = Part::of(body, message.meta())
        && meta.slice.get(LOG_LEVEL).is_some()
        && !inquiry.grants(Feature::Logging)
    {
        meta.cut(&meta.slice, &mut cuts, |key| key == Some(LOG_LEVEL));
    }
    if let Some(Subject::Subscriptions(asked)) = message.subject()
        && let Some(list) = Part::of(body, asked.resources_span())
    {
        let mut uris = asked.resources().iter();
        let mut left = MOST_ASKED;
        list.cut(&list.slice, &mut cuts, |_| {
            let Some(uri) = uris.next() else {
                return true;
            };
            let Some(rest) = left.checked_sub(uri.len()) else {
                judgement.trim(Decision::deny().because(TOO_MUCH_ASKED));
                return true;
            };
            left = rest;
            let decision = inquiry.uses(Target::Resource(uri), None);
            let goes = !decision.allows();
            if goes {
                judgement.trim(decision);
            }
            goes
        });
    }
    cuts
}

/// Cuts features out of what the client says it can do.
fn cut_capabilities(inquiry: &Inquiry<'_>, part: Part<'_>, cuts: &mut Vec<Range<usize>>) {
    let capabilities = &part.slice;
    part.cut(capabilities, cuts, |key| {
        let key = key.unwrap_or_default();
        OF_CLIENTS
            .into_iter()
            .any(|feature| may_mean(key, feature) && !inquiry.grants(feature))
    });
    if let Some(extensions) = capabilities.get("extensions")
        && extensions.get(TASKS_EXTENSION).is_some()
        && !inquiry.grants(Feature::Tasks)
    {
        part.cut(&extensions, cuts, |key| key == Some(TASKS_EXTENSION));
    }
}

/// The features that a client offers.
const OF_CLIENTS: [Feature; 4] = [
    Feature::Sampling,
    Feature::Elicitation,
    Feature::Roots,
    Feature::Tasks,
];

/// Whether some server may take a capability for this feature: they compare without case, and some take
/// letters of other scripts for ASCII.
fn may_mean(capability: &str, feature: Feature) -> bool {
    capability.eq_ignore_ascii_case(feature.as_str()) || !capability.is_ascii()
}
