//! What a policy answers.

use std::sync::Arc;

/// What a policy answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Yes.
    Allow,
    /// No, and the consumer is not told that it exists.
    Deny,
    /// Only with more scopes (RFC 6750 section 3.1): all of these, those that it has too. The consumer
    /// is told, and sees it in lists, since only who knows of it can ask for the scopes.
    NeedScopes(Box<[Box<str>]>),
}

/// What a policy answers, and why.
///
/// ```
/// use tollbar_acl::Decision;
///
/// assert!(Decision::allow().by("readers").allows());
/// assert!(Decision::deny().conceals());
/// let more = Decision::need_scopes(["files:read", "files:write"]);
/// assert!(!more.allows() && !more.conceals());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    outcome: Outcome,
    rule: Option<Arc<str>>,
    reason: &'static str,
}

impl Decision {
    /// Yes.
    #[must_use]
    pub const fn allow() -> Self {
        Self::new(Outcome::Allow, "allowed")
    }

    /// No.
    #[must_use]
    pub const fn deny() -> Self {
        Self::new(Outcome::Deny, "denied")
    }

    /// Only with all of these scopes.
    #[must_use]
    pub fn need_scopes<T: Into<Box<str>>>(scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        Self::new(Outcome::NeedScopes(scopes), "scopes_missing")
    }

    const fn new(outcome: Outcome, reason: &'static str) -> Self {
        Self {
            outcome,
            rule: None,
            reason,
        }
    }

    /// Names the rule that has decided.
    #[must_use]
    pub fn by(mut self, rule: impl Into<Arc<str>>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Says why, in one word of `snake_case`, for logs and metrics.
    #[must_use]
    pub const fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    /// The answer.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether it may be done.
    #[must_use]
    pub const fn allows(&self) -> bool {
        matches!(self.outcome, Outcome::Allow)
    }

    /// Whether it is to be as if it did not exist.
    #[must_use]
    pub const fn conceals(&self) -> bool {
        matches!(self.outcome, Outcome::Deny)
    }

    /// The name of the rule that has decided; `None` when none has.
    #[must_use]
    pub fn rule(&self) -> Option<&Arc<str>> {
        self.rule.as_ref()
    }

    /// Why, in one word.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}
