//! Access rules: whether they can be built, and whether they can be meant.

mod breadth;
mod facts;
mod flaw;
mod lists;
mod looks;

use std::collections::HashMap;

use tollbar::acl::{Rule, Rules};

use super::Judge;
use crate::config::{
    fingerprint::Fingerprint,
    report::Problem,
    section::{Acl, Proxy, RuleEffect},
    settings::AclSettings,
    tree::Place,
};

impl Judge<'_> {
    /// The policy of a proxy, when it has one. `Err` when it cannot be built, with problems that say
    /// why.
    pub(super) fn acl(
        &mut self,
        proxy: &Proxy,
        place: &Place,
    ) -> Result<Option<AclSettings>, Unbuilt> {
        let Some(section) = &proxy.acl else {
            return Ok(None);
        };
        let place = place.key("acl");
        self.allows_nothing(section, &place);
        let mut built = Vec::with_capacity(section.rule.len());
        for (index, rule) in section.rule.iter().enumerate() {
            let place = place.key("rule").index(index);
            let before = self.problems.len();
            self.lists(rule, &place);
            self.plans_of(rule, proxy, &place);
            self.headers_of(rule, proxy, &place);
            if self.problems.iter().skip(before).any(Problem::is_error) {
                built.push(None);
                continue;
            }
            let name = section.name(index);
            let single = rule.build(&name).and_then(|single| {
                // By itself, so that it is known where to point at.
                match Rules::new([single.clone()]) {
                    Ok(_) => Some(single),
                    Err(error) => {
                        let (place, problem) = flaw::tell(&error, rule, &name, &place);
                        self.note(&place, problem);
                        None
                    }
                }
            });
            if single.is_some() {
                self.facts(rule, proxy, &place);
            }
            built.push(single);
        }
        self.names(section, &place);
        let rules: Option<Vec<Rule>> = built.into_iter().collect();
        match Rules::new(rules.ok_or(Unbuilt)?) {
            Ok(rules) => {
                // Of rules that are whole only: a condition with an error in it is one, too.
                self.breadth(section, &place);
                Ok(Some(AclSettings {
                    fingerprint: Fingerprint::of(section),
                    section: section.clone(),
                    rules,
                }))
            }
            Err(error) => {
                // Two of one name are told already.
                if !self.problems.iter().any(Problem::is_error) {
                    self.note(&place, flaw::all(&error));
                }
                Err(Unbuilt)
            }
        }
    }

    /// No two rules have one name.
    fn names(&mut self, section: &Acl, place: &Place) {
        let mut first = HashMap::new();
        for index in 0..section.rule.len() {
            let name = section.name(index);
            let Some(earlier) = first.insert(name.clone(), index) else {
                continue;
            };
            let problem = Problem::error(format!(
                "this rule is called `{name}`, like rule {} of this proxy",
                earlier + 1
            ));
            let place = place.key("rule").index(index).key("name");
            self.note(&place, problem.fix("give each a `name` of its own"));
        }
    }

    /// What no rule allows is denied, so that there should be one.
    fn allows_nothing(&mut self, section: &Acl, place: &Place) {
        let (message, fix) = match section.rule.as_slice() {
            [] => (
                "this policy has no rule: nothing is listed, and nothing can be called",
                "add a `[[proxy.acl.rule]]`; without `[proxy.acl]` everything is allowed",
            ),
            rules if rules.iter().all(|rule| rule.effect == RuleEffect::Deny) => (
                "all rules of this policy deny, and what no rule allows is denied too: nothing is \
                 listed, and nothing can be called",
                "add a rule that allows the rest: a `[[proxy.acl.rule]]` with only a `name`",
            ),
            _ => return,
        };
        self.note(place, Problem::warning(message).fix(fix));
    }
}

/// A policy cannot be built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unbuilt;
