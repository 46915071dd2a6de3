//! What a policy has said.

use serde::Serialize;
use tollbar_core::Verdict;

use super::text::Text;

/// What a policy has said of one message.
#[derive(Debug, Default, Serialize)]
pub(super) struct VerdictRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Text<'a>>,
    /// It was only written down.
    #[serde(skip_serializing_if = "is_false")]
    shadow: bool,
}

impl<'a> VerdictRow<'a> {
    pub(super) fn of(verdict: &'a Verdict, longest: usize) -> Self {
        Self {
            decision: Some(if verdict.allows() { "allow" } else { "deny" }),
            decision_reason: Some(verdict.reason()),
            rule: verdict.rule().map(|rule| Text::of(rule, longest)),
            shadow: !verdict.is_enforced(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}
