//! Rules against one question, in words.

use super::{
    Effect, Rule, RuleLimits,
    globs::Place,
    index::Index,
    judge::{Judge, Unmet, readings},
    what::{Kind, What},
    who::Condition,
};
use crate::{Explanation, Finding, Pattern, Purpose, Question, Step, Target};

/// Why the answer is what it is.
pub(super) fn explain(judge: &Judge, question: &Question<'_>) -> Explanation {
    let mut about = vec![false; judge.rules.len()];
    let readings = readings(&question.target);
    for effect in [Effect::Allow, Effect::Deny] {
        judge
            .index(effect)
            .visit(&question.target, readings.as_ref(), |place| {
                if let Some(about) = about.get_mut(place as usize) {
                    *about = true;
                }
            });
    }
    let steps = (0..).zip(judge.rules.iter().zip(about));
    let steps = steps.map(|(place, (rule, about))| Step {
        rule: rule.name.clone(),
        effect: rule.effect,
        finding: finding(judge, place, rule, about, question),
    });
    Explanation {
        steps: steps.collect(),
        decision: judge.decide(question),
    }
}

fn finding(
    judge: &Judge,
    place: Place,
    rule: &Rule,
    about: bool,
    question: &Question<'_>,
) -> Finding {
    let (kind, name) = (question.target.kind(), question.target.name());
    if !about {
        return Finding::Fails(format!(
            "it is not about the {kind} `{}`",
            name.escape_debug()
        ));
    }
    if let Some(unmet) = judge.unmet(place, question) {
        return Finding::Fails(failed(rule, unmet, question));
    }
    let mut holds = vec![named(rule, &question.target)];
    holds.extend(
        rule.purpose
            .map(|purpose| format!("it is asked {}", purposes(purpose))),
    );
    for (hint, value) in &rule.annotations {
        holds.push(match question.annotations {
            Some(_) => format!("`{}` is {value}", hint.as_str()),
            None => format!("`{}` is not known", hint.as_str()),
        });
    }
    holds.extend(
        rule.who
            .conditions()
            .map(|condition| held(rule, condition, question)),
    );
    let missing: Vec<_> = judge
        .missing(place, &question.asker)
        .map(Into::into)
        .collect();
    if missing.is_empty() {
        Finding::Applies(holds)
    } else {
        Finding::LacksScopes { holds, missing }
    }
}

/// By what a rule is about something.
fn named(rule: &Rule, target: &Target<'_>) -> String {
    let kind = match target {
        Target::Tool(_) => Kind::Tools,
        Target::Resource(_) => Kind::Resources,
        Target::Template(_) => Kind::Templates,
        Target::Prompt(_) => Kind::Prompts,
        Target::Method(_) => Kind::Methods,
        Target::Feature(feature) => {
            return match rule.what.features {
                Some(_) => format!("it names the feature `{}`", feature.as_str()),
                None => "it is about everything".to_owned(),
            };
        }
    };
    let Some(list) = rule.what.list(kind) else {
        return match rule.annotations.is_empty() {
            true => "it is about everything".to_owned(),
            false => "it is about all tools".to_owned(),
        };
    };
    match list
        .iter()
        .find(|pattern| fits(rule.effect, kind, pattern, target))
    {
        Some(pattern) => format!("the {} fits `{pattern}`", target.kind()),
        None => format!(
            "the {} fits several patterns, one for each way to read it",
            target.kind()
        ),
    }
}

/// Whether a rule with this one pattern would be about it.
fn fits(effect: Effect, kind: Kind, pattern: &Pattern, target: &Target<'_>) -> bool {
    let mut what = What::default();
    *what.list_mut(kind) = Some(vec![pattern.clone()]);
    let mut rule = match effect {
        Effect::Allow => Rule::allow(""),
        Effect::Deny => Rule::deny(""),
    };
    rule.what = what;
    let limits = RuleLimits::new().with_compiled(usize::MAX);
    let mut fits = false;
    if let Ok(index) = Index::new(&[rule], effect, &limits) {
        index.visit(target, readings(target).as_ref(), |_| fits = true);
    }
    fits
}

const fn purposes(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::List => "to list it",
        Purpose::Use => "to use it",
    }
}

/// What holds of who asks. Values that may be personal are not shown.
fn held(rule: &Rule, condition: Condition<'_>, question: &Question<'_>) -> String {
    let consumer = question.asker.consumer;
    if !consumer.is_verified() && condition.is_of_the_consumer() {
        return format!(
            "`{}` may hold of a consumer who is not verified here",
            of(condition)
        );
    }
    let known = |name: Option<&str>| name.unwrap_or_default().escape_debug().to_string();
    match condition {
        Condition::Plans => format!("the plan is `{}`", known(Some(consumer.plan()))),
        Condition::Subjects => format!("the subject is `{}`", known(consumer.subject())),
        Condition::Clients => format!("the client is `{}`", known(consumer.client_id())),
        Condition::Keys => format!(
            "the key is `{}`",
            known(consumer.key_name().or_else(|| consumer.key_id()))
        ),
        Condition::ScopesAll => {
            let scopes = rule.who.scopes_all.as_deref().unwrap_or_default();
            format!("the consumer has `{}`", scopes.join("`, `"))
        }
        Condition::ScopesAny => {
            let mut scopes = rule.who.scopes_any.iter().flatten();
            let scope = scopes.find(|scope| consumer.has_scope(scope));
            format!("the consumer has `{}`", scope.map_or("", AsRef::as_ref))
        }
        Condition::Claim(path, _) => format!("the claim `{path}` is accepted"),
        Condition::Addresses => match question.asker.address {
            Some(address) => format!("the address is {address}"),
            None => "the address is not known".to_owned(),
        },
        Condition::Header(name) => match question.asker.headers.get(name) {
            Some(_) => format!("the header `{name}` is accepted"),
            None => format!("the header `{name}` is not there"),
        },
    }
}

/// What a condition is called in a rule.
const fn of(condition: Condition<'_>) -> &'static str {
    match condition {
        Condition::Plans => "plans",
        Condition::Subjects => "subjects",
        Condition::Clients => "clients",
        Condition::Keys => "keys",
        Condition::ScopesAll => "scopes_all",
        Condition::ScopesAny => "scopes_any",
        Condition::Claim(..) => "claims",
        Condition::Addresses => "addresses",
        Condition::Header(_) => "headers",
    }
}

/// What a rule asks for, and what is.
fn failed(rule: &Rule, unmet: Unmet<'_>, question: &Question<'_>) -> String {
    let consumer = question.asker.consumer;
    let condition = match unmet {
        Unmet::Purpose(purpose) => return format!("it is for who asks {}", purposes(purpose)),
        Unmet::Annotation(hint, value) => {
            let is = match question.annotations {
                Some(annotations) => annotations.get(hint).to_string(),
                None => "not known".to_owned(),
            };
            return format!("it asks for `{}` = {value}, which is {is}", hint.as_str());
        }
        Unmet::Who(condition) => condition,
    };
    if !consumer.is_verified() && condition.is_of_the_consumer() {
        return format!(
            "`{}` asks for a consumer who is verified here",
            of(condition)
        );
    }
    let who = &rule.who;
    let asks = |list: &str, accepted: String, noun: &str, is: Option<&str>| match is {
        Some(is) => format!(
            "`{list}` asks for {accepted}, the {noun} is `{}`",
            is.escape_debug()
        ),
        None => format!("`{list}` asks for {accepted}, the consumer has no {noun}"),
    };
    let scopes = || match list(consumer.scopes()) {
        has if has.is_empty() => "no scopes".to_owned(),
        has => has,
    };
    let patterns = |patterns: &Option<Vec<Pattern>>| list(patterns.iter().flatten());
    match condition {
        Condition::Plans => asks("plans", patterns(&who.plans), "plan", Some(consumer.plan())),
        Condition::Subjects => asks(
            "subjects",
            patterns(&who.subjects),
            "subject",
            consumer.subject(),
        ),
        Condition::Clients => asks(
            "clients",
            patterns(&who.clients),
            "client",
            consumer.client_id(),
        ),
        Condition::Keys => {
            let key = consumer.key_name().or_else(|| consumer.key_id());
            asks("keys", patterns(&who.keys), "key", key)
        }
        Condition::ScopesAll => {
            let asked = list(who.scopes_all.iter().flatten());
            format!(
                "`scopes_all` asks for {asked}, the consumer has {}",
                scopes()
            )
        }
        Condition::ScopesAny => {
            let asked = list(who.scopes_any.iter().flatten());
            format!(
                "`scopes_any` asks for one of {asked}, the consumer has {}",
                scopes()
            )
        }
        Condition::Claim(path, accepted) => {
            let is = match consumer.claims().get(path) {
                Some(_) => "is something else",
                None => "is not there",
            };
            format!(
                "`claims` asks for {} in `{path}`, which {is}",
                list(accepted)
            )
        }
        Condition::Addresses => {
            let networks = list(who.addresses.iter().flatten());
            match question.asker.address {
                Some(address) => {
                    format!("`addresses` asks for {networks}, the address is `{address}`")
                }
                None => format!("`addresses` asks for {networks}, the address is not known"),
            }
        }
        Condition::Header(name) => {
            let is = match question.asker.headers.get_all(name).iter().count() {
                0 => "is not there",
                1 => "is something else",
                _ if rule.effect == Effect::Allow => "is there more than once",
                _ => "is something else",
            };
            format!("`headers` asks for a value of `{name}`, which {is}")
        }
    }
}

/// The first of some entries, for people.
fn list(entries: impl IntoIterator<Item: ToString>) -> String {
    const SHOWN: usize = 8;
    let mut entries = entries.into_iter();
    let shown = entries.by_ref().take(SHOWN);
    let shown: Vec<_> = shown
        .map(|entry| format!("`{}`", entry.to_string().escape_debug()))
        .collect();
    match entries.count() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
