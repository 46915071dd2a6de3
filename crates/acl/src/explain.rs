//! Why a policy answers as it does, in words.

use std::{fmt, sync::Arc};

use crate::{Decision, Effect};

/// Why rules answer as they do, in words for people. The words may change; the decision is the one of
/// [`Policy::decide`](crate::Policy::decide).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// Each rule, in order.
    pub steps: Vec<Step>,
}

/// What one rule had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The name of the rule.
    pub rule: Arc<str>,
    /// What it does where it applies.
    pub effect: Effect,
    /// Whether it applies.
    pub finding: Finding,
}

/// Whether a rule applies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// All conditions hold: these.
    Applies(Vec<String>),
    /// All conditions hold, and the consumer lacks scopes that the rule asks for.
    LacksScopes {
        /// The conditions that hold.
        holds: Vec<String>,
        /// The scopes that are missing.
        missing: Vec<Box<str>>,
    },
    /// The first condition that does not hold.
    Fails(String),
}

impl Step {
    /// Whether all conditions of the rule hold, and no scope is missing.
    #[must_use]
    pub const fn applies(&self) -> bool {
        matches!(self.finding, Finding::Applies(_))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}) ", self.rule, self.effect)?;
        match &self.finding {
            Finding::Applies(holds) => write!(f, "applies: {}", holds.join(", ")),
            Finding::LacksScopes { holds, missing } => write!(
                f,
                "would apply with the scopes `{}`: {}",
                missing.join("`, `"),
                holds.join(", ")
            ),
            Finding::Fails(condition) => write!(f, "does not apply: {condition}"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}
