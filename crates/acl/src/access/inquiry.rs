//! The one place where a policy is asked.

use tollbar_mcp::json::Slice;

use super::Terms;
use crate::{
    Annotations, Asker, Decision, Family, Feature, Purpose, Question, Target, learnt::Learnt,
};

/// Asks the policy that holds now, on behalf of one consumer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inquiry<'a> {
    pub(crate) terms: &'a Terms,
    pub(crate) learnt: &'a Learnt,
    /// Whether the message at hand may be an answer to `tools/list`, and so teaches what tools are: any
    /// other method may be made to echo what a client has written.
    pub(crate) learns: bool,
    pub(crate) asker: Asker<'a>,
}

impl Inquiry<'_> {
    /// Whether something may be used, with these arguments.
    pub(crate) fn uses(&self, target: Target<'_>, arguments: Option<Slice<'_>>) -> Decision {
        let annotations = match target {
            Target::Tool(name) => self.learnt.get(name),
            _ => None,
        };
        self.terms.policy().decide(&Question {
            asker: self.asker,
            target,
            purpose: Purpose::Use,
            annotations,
            arguments,
        })
    }

    /// Whether something may be used. What lacks a scope may not.
    pub(crate) fn may_use(&self, target: Target<'_>) -> bool {
        self.uses(target, None).allows()
    }

    /// Whether a feature may be used.
    pub(crate) fn grants(&self, feature: Feature) -> bool {
        self.may_use(Target::Feature(feature))
    }

    /// What forbids to use something.
    pub(crate) fn denial(&self, target: Target<'_>) -> Option<Decision> {
        Some(self.uses(target, None)).filter(|decision| !decision.allows())
    }

    /// Whether something stands in lists. What lacks a scope does.
    pub(crate) fn may_see(&self, target: Target<'_>, annotations: Option<Annotations>) -> bool {
        let question = Question {
            annotations,
            ..Question::new(self.asker, target, Purpose::List)
        };
        !self.terms.policy().decide(&question).conceals()
    }

    /// Whether there may be anything of this family to see.
    pub(crate) fn shows(&self, family: Family) -> bool {
        self.terms.policy().shows(&self.asker, family)
    }
}
