//! What a policy has said.

use serde::Serialize;
use tollbar_core::Verdict;

use super::is_false;
use crate::event::{LONGEST, cut};

/// What a policy has said of one message.
#[derive(Debug, Default, Serialize)]
pub(super) struct VerdictRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Box<str>>,
    /// It was only written down.
    #[serde(skip_serializing_if = "is_false")]
    shadow: bool,
}

impl VerdictRow {
    pub(super) fn of(verdict: &Verdict) -> Self {
        Self {
            decision: Some(if verdict.allows() { "allow" } else { "deny" }),
            decision_reason: Some(verdict.reason()),
            rule: verdict.rule().map(|rule| cut(rule, LONGEST)),
            shadow: !verdict.is_enforced(),
        }
    }
}
