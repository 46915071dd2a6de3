//! Whether anybody can meet the conditions of a rule.

use http::HeaderMap;
use tollbar::{
    acl::{Asker, Feature, Pattern, Policy as _, Purpose, Question, Rule, Rules, Target},
    core::Consumer,
};

use crate::config::{
    judge::Judge,
    report::Problem,
    section::{AclRule, PatternText, Plan, PlanType, Proxy, RuleEffect, Verifier},
    suggest,
    tree::Place,
};

/// A condition, what it asks for, and which plans tell that.
struct Fact {
    key: &'static str,
    what: &'static str,
    told_by: &'static [PlanType],
}

impl Judge<'_> {
    /// Each pattern of `plans` fits a plan of the proxy.
    pub(super) fn plans_of(&mut self, rule: &AclRule, proxy: &Proxy, place: &Place) {
        let known: Vec<&str> = plans(proxy).map(|(name, _)| name).collect();
        for (index, pattern) in rule.plans.iter().flatten().enumerate() {
            let Some(built) = pattern.build() else {
                continue;
            };
            if known.iter().any(|plan| fits(&built, plan)) {
                continue;
            }
            let names: Vec<String> = known.iter().map(|plan| format!("`{plan}`")).collect();
            let problem = Problem::error(format!("this proxy has no plan `{built}`"));
            let fix = match (pattern, built.as_str()) {
                (PatternText::Glob(_), "keyless") => format!(
                    "it has {}; nobody comes in without a credential",
                    names.join(", ")
                ),
                (_, text) => match suggest::nearest(text, known.iter().copied()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("it has {}", names.join(", ")),
                },
            };
            self.note(&place.key("plans").index(index), problem.fix(fix));
        }
    }

    /// Some plan tells what the rule asks for.
    pub(super) fn facts(&mut self, rule: &AclRule, proxy: &Proxy, place: &Place) {
        let meant: Vec<PlanType> = plans(proxy)
            .filter(|(name, _)| is_meant(rule, name))
            .map(|(_, kind)| kind)
            .collect();
        // One that leaves it all to the server, and verifies nothing.
        let is_relayed = meant.contains(&PlanType::Relay);
        let untold = facts(rule).find(|fact| !meant.iter().any(|kind| fact.told_by.contains(kind)));
        let Some(Fact { key, what, told_by }) = untold else {
            if is_relayed && rule.effect == RuleEffect::Deny {
                self.denies_the_unverified(rule, place);
            }
            return;
        };
        let who = match rule.plans {
            Some(_) => "no plan in `plans`",
            None => "no plan of this proxy",
        };
        if is_relayed && told_by.contains(&PlanType::Jwt) {
            let problem = Problem::error(format!(
                "nothing is known that `{key}` could ask for: tokens are judged by the server, and \
                 {who} tells {what} of a consumer"
            ));
            let fix = "let the relay plan verify tokens, too: `verify = \"jwt\"` or `verify = \
                       \"oauth2\"`, and an `authorization_server`";
            self.note(&place.key(key), problem.fix(fix).missing());
            return;
        }
        let problem = Problem::warning(format!(
            "nobody meets `{key}`: {who} tells {what} of a consumer"
        ));
        let kinds: Vec<_> = told_by.iter().map(|kind| kind.as_str()).collect();
        let fix = format!("that takes a plan of type `{}`", listed(&kinds));
        self.note(&place.key(key), problem.fix(fix));
    }

    /// Whatever a rule that denies asks for, it may be so of a consumer of whom nothing is known.
    fn denies_the_unverified(&mut self, rule: &AclRule, place: &Place) {
        let Some(Fact { key, what, .. }) = facts(rule).next() else {
            return;
        };
        let problem = Problem::warning(format!(
            "this rule denies it to everybody who comes in by the relay plan, which does not tell \
             {what} of a consumer"
        ));
        let fix = "say by `plans` whom it is about, or let the relay plan verify tokens, too: `verify \
                   = \"jwt\"` or `verify = \"oauth2\"`";
        self.note(&place.key(key), problem.fix(fix));
    }
}

/// Words in a line, `or` before the last one.
fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("{}` or `{last}", before.join("`, `"))
        }
        _ => words.concat(),
    }
}

/// The conditions of a rule that not every plan can tell about.
fn facts(rule: &AclRule) -> impl Iterator<Item = Fact> {
    const KEY: &[PlanType] = &[PlanType::Key];
    const TOKENS: &[PlanType] = &[PlanType::OAuth2, PlanType::Jwt];
    const ALL: &[PlanType] = &[
        PlanType::Key,
        PlanType::Certificate,
        PlanType::OAuth2,
        PlanType::Jwt,
    ];
    [
        (rule.subjects.is_some(), "subjects", "the subject", ALL),
        (rule.clients.is_some(), "clients", "the client id", TOKENS),
        (rule.keys.is_some(), "keys", "a key", KEY),
        (rule.scopes_all.is_some(), "scopes_all", "scopes", ALL),
        (rule.scopes_any.is_some(), "scopes_any", "scopes", ALL),
        (rule.needs_scopes.is_some(), "needs_scopes", "scopes", ALL),
        (rule.claims.is_some(), "claims", "claims", TOKENS),
    ]
    .into_iter()
    .filter(|(given, ..)| *given)
    .map(|(_, key, what, told_by)| Fact { key, what, told_by })
}

/// The plans of a proxy by name, each with the type of those that tell as much of a consumer.
fn plans(proxy: &Proxy) -> impl Iterator<Item = (&str, PlanType)> {
    let unnamed = proxy.plan.is_empty().then(|| proxy.default_plan());
    let tells = |plan: &Plan| plan.tokens().map_or(plan.kind, Verifier::alone);
    let written = proxy
        .plan
        .iter()
        .map(move |plan| (plan.name(), tells(plan)));
    written.chain(unnamed.map(|kind| (kind.as_str(), kind)))
}

/// Whether a rule is about consumers of this plan.
fn is_meant(rule: &AclRule, plan: &str) -> bool {
    let Some(patterns) = &rule.plans else {
        return true;
    };
    let built = patterns.iter().filter_map(PatternText::build);
    built.into_iter().any(|pattern| fits(&pattern, plan))
}

/// Whether a pattern fits the name of a plan, as rules see it.
fn fits(pattern: &Pattern, plan: &str) -> bool {
    let Ok(rules) = Rules::new([Rule::allow("plan").plans([pattern.clone()])]) else {
        return false;
    };
    let (consumer, headers) = (Consumer::new(plan), HeaderMap::new());
    let asker = Asker {
        consumer: &consumer,
        address: None,
        headers: &headers,
    };
    let target = Target::Feature(Feature::Logging);
    let question = Question::new(asker, target, Purpose::Use);
    rules.decide(&question).allows()
}
