//! What a policy has said of a message.

use std::sync::Arc;

/// What a policy has said of one message of a call: for logs and metrics.
///
/// ```
/// use tollbar_core::Verdict;
///
/// let verdict = Verdict::deny("no_rule").by("no-writing");
/// assert!(!verdict.allows());
/// assert_eq!(verdict.rule(), Some("no-writing"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    allows: bool,
    rule: Option<Arc<str>>,
    reason: &'static str,
    enforced: bool,
}

impl Verdict {
    /// It may pass. The reason is one word in `snake_case`.
    #[must_use]
    pub const fn allow(reason: &'static str) -> Self {
        Self {
            allows: true,
            rule: None,
            reason,
            enforced: true,
        }
    }

    /// It may not.
    #[must_use]
    pub const fn deny(reason: &'static str) -> Self {
        Self {
            allows: false,
            rule: None,
            reason,
            enforced: true,
        }
    }

    /// Names the rule that has decided.
    #[must_use]
    pub fn by(mut self, rule: impl Into<Arc<str>>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Only written down: the message passes whatever is said of it.
    #[must_use]
    pub fn unenforced(mut self) -> Self {
        self.enforced = false;
        self
    }

    /// Whether the policy lets it pass.
    #[must_use]
    pub const fn allows(&self) -> bool {
        self.allows
    }

    /// The name of the rule that has decided; `None` when no rule has.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// Why, in one word.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// Whether that is what happens.
    #[must_use]
    pub const fn is_enforced(&self) -> bool {
        self.enforced
    }
}
