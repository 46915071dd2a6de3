//! What rules can answer at best and at worst, when not everything is known that they ask for.

use tollbar::acl::{Decision, Policy as _, Question, Rules};

use crate::config::{AclRule, AclSettings, RuleEffect};

/// The rules of a policy, with conditions that the log does not tell about met in the best way and in
/// the worst. More rules that allow never deny anything, and more that deny never allow anything: what
/// both answer is the answer, whatever is not known.
#[derive(Debug)]
pub(super) struct Bounds {
    best: Rules,
    worst: Rules,
}

/// What can be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Whether it is allowed; `None` when that cannot be told.
    pub(super) allows: Option<bool>,
    /// The rule that decides, or one of those that may.
    pub(super) rule: Option<String>,
}

impl Bounds {
    /// For a log that has no headers, no annotations and no claims. Of plans that find out none, claims
    /// are known all the same.
    pub(super) fn new(acl: &AclSettings, has_claims: bool) -> Self {
        let is_open = |rule: &AclRule| {
            let asks_for_claims = has_claims && rule.claims.is_some();
            asks_for_claims || rule.headers.is_some() || rule.annotations.is_some()
        };
        if !acl.section.rule.iter().any(is_open) {
            return Self {
                best: acl.rules.clone(),
                worst: acl.rules.clone(),
            };
        }
        let with = |kept: RuleEffect| {
            let rules = acl.section.rule.iter().enumerate();
            let rules = rules.filter_map(|(index, rule)| {
                let open = is_open(rule);
                if open && rule.effect != kept {
                    return None;
                }
                let rule = match open {
                    true => met(rule, has_claims),
                    false => rule.clone(),
                };
                rule.build(&acl.section.name(index))
            });
            // What is a rule with more conditions is one with fewer; where it is not, nothing is
            // allowed at worst, and nothing more at best than the policy itself allows.
            Rules::new(rules.collect::<Vec<_>>())
        };
        Self {
            best: with(RuleEffect::Allow).unwrap_or_else(|_| acl.rules.clone()),
            worst: with(RuleEffect::Deny).unwrap_or_else(|_| Rules::none()),
        }
    }

    /// What the rules answer.
    pub(super) fn decide(&self, question: &Question<'_>) -> Told {
        let (best, worst) = (self.best.decide(question), self.worst.decide(question));
        let name = |decision: &Decision| decision.rule().map(ToString::to_string);
        if best.allows() == worst.allows() {
            return Told {
                allows: Some(worst.allows()),
                rule: name(&worst),
            };
        }
        Told {
            allows: None,
            // A rule that denies at worst is one of those that are open, or else one that allows at
            // best is.
            rule: name(&worst).or_else(|| name(&best)),
        }
    }
}

/// A rule without the conditions that the log does not tell about.
fn met(rule: &AclRule, has_claims: bool) -> AclRule {
    let mut rule = AclRule {
        headers: None,
        ..rule.clone()
    };
    if has_claims {
        rule.claims = None;
    }
    if rule.annotations.take().is_some() && rule.tools.is_none() {
        // Only tools have annotations, so that it is about nothing else.
        rule.tools = AclRule::any();
    }
    rule
}
