//! Rules against one question.

use std::sync::Arc;

use super::{
    Effect, InvalidRule, Rule, RuleLimits, check,
    globs::Place,
    index::Index,
    what::Kind,
    who::{Compiled, Condition},
};
use crate::{Asker, Decision, Family, Purpose, Question, Target, uri::Readings};

/// Rules, ready to judge.
#[derive(Debug, Default)]
pub(super) struct Judge {
    pub(super) rules: Vec<Rule>,
    who: Vec<Compiled>,
    allow: Index,
    deny: Index,
}

/// The first condition of a rule, besides what it names, that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unmet<'a> {
    Purpose(Purpose),
    Annotation(crate::Hint, bool),
    Who(Condition<'a>),
}

/// Why something is denied that may be allowed once a list with the tool has passed.
const UNKNOWN: &str = "annotations_unknown";

impl Judge {
    pub(super) fn new(rules: Vec<Rule>, limits: &RuleLimits) -> Result<Self, InvalidRule> {
        check::check(&rules, limits)?;
        let who = rules.iter().map(|rule| {
            Compiled::new(&rule.who, limits).map_err(|error| InvalidRule::Pattern {
                rule: rule.name.to_string(),
                error,
            })
        });
        Ok(Self {
            who: who.collect::<Result<_, _>>()?,
            allow: Index::new(&rules, Effect::Allow, limits)?,
            deny: Index::new(&rules, Effect::Deny, limits)?,
            rules,
        })
    }

    /// The index of one effect.
    pub(super) const fn index(&self, effect: Effect) -> &Index {
        match effect {
            Effect::Allow => &self.allow,
            Effect::Deny => &self.deny,
        }
    }

    pub(super) fn decide(&self, question: &Question<'_>) -> Decision {
        let readings = readings(&question.target);
        let mut denies: Option<Place> = None;
        self.deny
            .visit(&question.target, readings.as_ref(), |place| {
                if denies.is_none_or(|first| place < first) && self.holds(place, question) {
                    denies = Some(place);
                }
            });
        if let Some(rule) = denies.and_then(|place| self.rules.get(place as usize)) {
            let denied = Decision::deny().by(Arc::clone(&rule.name));
            return match rule.annotations.is_empty() || question.annotations.is_some() {
                true => denied,
                false => denied.because(UNKNOWN),
            };
        }
        // How many scopes are missing, and which rule it is: the least of both is the best.
        let mut best: Option<(usize, Place)> = None;
        let mut is_unknown = false;
        self.allow
            .visit(&question.target, readings.as_ref(), |place| {
                if best.is_some_and(|(missing, first)| missing == 0 && place > first) {
                    return;
                }
                match self.unmet(place, question) {
                    None => {
                        let found = (self.missing(place, &question.asker).count(), place);
                        best = best.map_or(Some(found), |best| Some(best.min(found)));
                    }
                    Some(Unmet::Annotation(..)) => is_unknown |= question.annotations.is_none(),
                    Some(Unmet::Purpose(_) | Unmet::Who(_)) => {}
                }
            });
        let found =
            best.and_then(|(missing, place)| Some((missing, self.rules.get(place as usize)?)));
        match found {
            None if is_unknown => Decision::deny().because(UNKNOWN),
            None => Decision::deny().because("no_rule"),
            Some((0, rule)) => Decision::allow().by(Arc::clone(&rule.name)),
            Some((_, rule)) => {
                let needed = rule.needs_scopes.iter().flatten().map(AsRef::as_ref);
                let mut scopes: Vec<&str> = Vec::new();
                for scope in needed.chain(question.asker.consumer.scopes()) {
                    if !scopes.contains(&scope) {
                        scopes.push(scope);
                    }
                }
                Decision::need_scopes(scopes).by(Arc::clone(&rule.name))
            }
        }
    }

    /// Whether all conditions of a rule hold, besides what it names and the scopes that it asks for.
    fn holds(&self, place: Place, question: &Question<'_>) -> bool {
        self.unmet(place, question).is_none()
    }

    /// The first condition of a rule that does not hold.
    pub(super) fn unmet(&self, place: Place, question: &Question<'_>) -> Option<Unmet<'_>> {
        let place = place as usize;
        let (rule, compiled) = (self.rules.get(place)?, self.who.get(place)?);
        if let Some(purpose) = rule.purpose.filter(|purpose| *purpose != question.purpose) {
            return Some(Unmet::Purpose(purpose));
        }
        for (hint, value) in &rule.annotations {
            let holds = match question.annotations {
                Some(annotations) => annotations.get(*hint) == *value,
                None => rule.effect == Effect::Deny,
            };
            if !holds {
                return Some(Unmet::Annotation(*hint, *value));
            }
        }
        Self::unmet_by(rule, compiled, &question.asker).map(Unmet::Who)
    }

    fn unmet_by<'a>(
        rule: &'a Rule,
        compiled: &Compiled,
        asker: &Asker<'_>,
    ) -> Option<Condition<'a>> {
        let mut conditions = rule.who.conditions();
        conditions.find(|condition| !rule.who.holds(*condition, compiled, asker, rule.effect))
    }

    /// The scopes that a rule asks for and the consumer lacks: all, where nobody here has verified who it
    /// is.
    pub(super) fn missing<'a>(
        &'a self,
        place: Place,
        asker: &'a Asker<'_>,
    ) -> impl Iterator<Item = &'a str> {
        let rule = self.rules.get(place as usize);
        let needed = rule.and_then(|rule| rule.needs_scopes.as_deref());
        let needed = needed.into_iter().flatten().map(AsRef::as_ref);
        let consumer = asker.consumer;
        needed.filter(|scope| !(consumer.is_verified() && consumer.has_scope(scope)))
    }

    /// Whether something of a family may be seen or used: a rule that may allow something of it is for
    /// this consumer, and none denies all of it.
    pub(super) fn shows(&self, asker: &Asker<'_>, family: Family) -> bool {
        let kinds: &[Kind] = match family {
            Family::Tools => &[Kind::Tools],
            Family::Resources => &[Kind::Resources, Kind::Templates],
            Family::Prompts => &[Kind::Prompts],
        };
        kinds.iter().any(|kind| {
            let mut allowed = false;
            for (rule, compiled) in self.rules.iter().zip(&self.who) {
                let tools = *kind == Kind::Tools;
                let all = rule.what.is_everything() && (tools || rule.annotations.is_empty());
                let whole = rule.purpose.is_none() && rule.annotations.is_empty();
                let about = match rule.effect {
                    Effect::Allow => !allowed && (all || rule.what.list(*kind).is_some()),
                    Effect::Deny => whole && (all || rule.what.covers(*kind)),
                };
                if about && Self::unmet_by(rule, compiled, asker).is_none() {
                    match rule.effect {
                        Effect::Allow => allowed = true,
                        Effect::Deny => return false,
                    }
                }
            }
            allowed
        })
    }
}

/// The readings of what is asked for, where it is a URI or becomes one.
pub(super) fn readings<'a>(target: &Target<'a>) -> Option<Readings<'a>> {
    match *target {
        Target::Resource(uri) | Target::Template(uri) => Some(Readings::of(uri)),
        Target::Tool(_) | Target::Prompt(_) | Target::Method(_) | Target::Feature(_) => None,
    }
}
