//! What another server was found to be, for the person who has set it up.

/// What was found when another server was examined: one [`Step`] for each thing that matters, in the order in which they were looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    steps: Vec<Step>,
}

/// One thing that was looked at. No text has a secret, a token or the content of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    name: &'static str,
    outcome: Outcome,
    found: String,
    brief: Option<String>,
    fix: Option<String>,
}

/// How a [`Step`] has ended; the larger, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// It was not looked at, since something before it has failed, or is not there and not needed.
    Skipped,
    /// It works, but not for everybody, or not as well as it could.
    Warning,
    /// It does not work.
    Failed,
}

impl Examination {
    /// What was looked at, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The worst outcome of all steps.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let outcomes = self.steps.iter().map(Step::outcome);
        outcomes.max().unwrap_or(Outcome::Failed)
    }

    /// What was looked at, in order.
    #[must_use]
    pub const fn of(steps: Vec<Step>) -> Self {
        Self { steps }
    }
}

impl Step {
    /// A step of this name, and what was found.
    #[must_use]
    pub fn new(name: &'static str, outcome: Outcome, found: impl Into<String>) -> Self {
        Self {
            name,
            outcome,
            found: found.into(),
            brief: None,
            fix: None,
        }
    }

    /// A step that was not taken, and why.
    #[must_use]
    pub fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, Outcome::Skipped, found)
    }

    /// Sets what was found in a few words.
    #[must_use]
    pub fn with_brief(mut self, brief: impl Into<String>) -> Self {
        self.brief = Some(brief.into());
        self
    }

    /// Sets what to do about it.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// A stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How it has ended.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What was found, in a few words that fit into a table.
    #[must_use]
    pub fn brief(&self) -> &str {
        self.brief.as_deref().unwrap_or(&self.found)
    }

    /// What was found, with all causes.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }
}
