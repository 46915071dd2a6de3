//! What the policy says of one message of a client.

use std::{collections::BTreeSet, ops::Range};

use tollbar_core::Verdict;
use tollbar_mcp::{Message, Method, Subject, json::Slice};

use super::{Inquiry, reply};
use crate::{Decision, Feature, Outcome, Target};

/// What a message is denied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause<'m> {
    /// What it wants to use.
    Target(Target<'m>),
    /// What its completion is about.
    Reference(Target<'m>),
    /// An answer to a question of the server, which stands in a request (MCP 2026-07-28
    /// `basic/patterns/mrtr`).
    Input,
}

/// What the policy says of one message: all that it was asked about it, in one.
#[derive(Debug)]
pub(crate) struct Judgement<'m> {
    said: Option<(Cause<'m>, Decision)>,
    trimmed: Option<Decision>,
}

impl<'m> Judgement<'m> {
    /// Asks about a message, which stands in this body. `None` when the body is another one.
    pub(crate) fn of(inquiry: &Inquiry<'_>, message: &'m Message, body: &[u8]) -> Option<Self> {
        let mut judgement = Self {
            said: None,
            trimmed: None,
        };
        let Some(method) = message.method() else {
            for feature in reply::features(&slice(body, message.span())?) {
                judgement.ask_feature(inquiry, feature);
            }
            return Some(judgement);
        };
        if is_open(method) {
            return Some(judgement);
        }
        let arguments = match message.arguments() {
            Some(span) => Some(slice(body, span)?),
            None => None,
        };
        if let Some(target) = message.subject().and_then(target) {
            let cause = match method {
                Method::CompletionComplete => Cause::Reference(target),
                _ => Cause::Target(target),
            };
            judgement.add(cause, inquiry.uses(target, arguments));
        } else if message.subject().is_none() && !needs_no_name(method) {
            let target = Target::Method(method.as_str());
            judgement.add(Cause::Target(target), inquiry.uses(target, arguments));
        }
        match feature(method) {
            Some(feature) => judgement.ask_feature(inquiry, feature),
            None if message.task().is_some() => judgement.ask_feature(inquiry, Feature::Tasks),
            None => {}
        }
        if let Some(span) = message.input_responses() {
            for feature in reply::inputs(&slice(body, span)?) {
                let decision = inquiry.uses(Target::Feature(feature), None);
                judgement.add(Cause::Input, decision);
            }
        }
        Some(judgement)
    }

    fn ask_feature(&mut self, inquiry: &Inquiry<'_>, feature: Feature) {
        let target = Target::Feature(feature);
        self.add(Cause::Target(target), inquiry.uses(target, None));
    }

    /// Adds one more answer. A no outweighs all else, and all scopes are needed that one of them needs.
    fn add(&mut self, cause: Cause<'m>, decision: Decision) {
        let Some((_, said)) = &mut self.said else {
            self.said = Some((cause, decision));
            return;
        };
        match (said.outcome(), decision.outcome()) {
            (Outcome::Deny, _) | (_, Outcome::Allow) => {}
            (Outcome::Allow, _) | (_, Outcome::Deny) => self.said = Some((cause, decision)),
            (Outcome::NeedScopes(some), Outcome::NeedScopes(more)) => {
                let all: BTreeSet<_> = some.iter().chain(more).cloned().collect();
                let both = Decision::need_scopes(all).because(said.reason());
                *said = match said.rule() {
                    Some(rule) => both.by(rule.clone()),
                    None => both,
                };
            }
        }
    }

    /// Notes that a part of the message is cut out, and why.
    pub(crate) fn trim(&mut self, decision: Decision) {
        self.trimmed.get_or_insert(decision);
    }

    /// What the message is denied for, and why; `None` where it may pass.
    pub(crate) fn denied(&self) -> Option<(Cause<'m>, &Decision)> {
        let (cause, decision) = self.said.as_ref()?;
        (!decision.allows()).then_some((*cause, decision))
    }

    /// The same for the log.
    pub(crate) fn verdict(&self) -> Verdict {
        let (verdict, decision) = match (&self.said, &self.trimmed) {
            (Some((_, said)), _) if said.allows() => (Verdict::allow(said.reason()), said),
            (Some((_, said)), _) => (Verdict::deny(said.reason()), said),
            (None, Some(trimmed)) => (Verdict::allow(trimmed_for(trimmed)), trimmed),
            (None, None) => return Verdict::allow("open"),
        };
        match decision.rule() {
            Some(rule) => verdict.by(rule.clone()),
            None => verdict,
        }
    }
}

/// The word for a message that passes without a part of it.
fn trimmed_for(decision: &Decision) -> &'static str {
    match decision.reason() {
        TOO_MUCH_ASKED => TOO_MUCH_ASKED,
        _ => "trimmed",
    }
}

/// Why a part of a subscription was cut out that no rule was asked about.
pub(super) const TOO_MUCH_ASKED: &str = "too_much_asked";

/// A value in the body. Its own places count from where it starts.
pub(super) fn slice(body: &[u8], span: Range<usize>) -> Option<Slice<'_>> {
    std::str::from_utf8(body.get(span)?).ok().map(Slice::new)
}

/// Whether a method is open to everybody: a client connects and sees lists, whatever is in them.
const fn is_open(method: &Method) -> bool {
    matches!(
        method,
        Method::Initialize
            | Method::ServerDiscover
            | Method::Ping
            | Method::ToolsList
            | Method::ResourcesList
            | Method::ResourceTemplatesList
            | Method::PromptsList
            | Method::NotificationInitialized
            | Method::NotificationCancelled
            | Method::NotificationProgress
    )
}

/// The feature that a method belongs to.
fn feature(method: &Method) -> Option<Feature> {
    match method {
        Method::LoggingSetLevel => Some(Feature::Logging),
        Method::NotificationRootsListChanged => Some(Feature::Roots),
        _ => is_about_tasks(method.as_str()).then_some(Feature::Tasks),
    }
}

/// Whether a method, of either side, is one of tasks.
pub(crate) fn is_about_tasks(method: &str) -> bool {
    let name = method.strip_prefix("notifications/").unwrap_or(method);
    let prefix = name.get(..6);
    name == "tasks" || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("tasks/"))
}

/// Whether what a method is about is asked in another way than by its own name.
const fn needs_no_name(method: &Method) -> bool {
    matches!(
        method,
        Method::SubscriptionsListen
            | Method::LoggingSetLevel
            | Method::NotificationRootsListChanged
            | Method::TasksList
    )
}

const fn target(subject: &Subject) -> Option<Target<'_>> {
    match subject {
        Subject::Tool(name) => Some(Target::Tool(name)),
        Subject::Prompt(name) => Some(Target::Prompt(name)),
        Subject::Resource(uri) => Some(Target::Resource(uri)),
        Subject::Template(template) => Some(Target::Template(template)),
        _ => None,
    }
}
