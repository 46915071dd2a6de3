//! What cannot be meant.

use std::collections::HashSet;

use super::{
    Effect, InvalidRule, Rule, RuleLimits, expression, matcher::Names, reserved::RESERVED,
    what::Kind,
};
use crate::{Pattern, pattern::Form, uri::Readings};

/// How long a rule's name may be, in bytes.
const NAME: usize = 256;

/// Refuses rules that cannot be meant.
pub(super) fn check(rules: &[Rule], limits: &RuleLimits) -> Result<(), InvalidRule> {
    if rules.len() > limits.rules {
        return Err(InvalidRule::TooManyRules {
            limit: limits.rules,
        });
    }
    let mut names = HashSet::new();
    let mut entries = 0_usize;
    for rule in rules {
        let given = || rule.name.chars().take(NAME).collect::<String>();
        if rule.name.trim().is_empty() {
            return Err(InvalidRule::Unnamed);
        }
        if rule.name.len() > NAME || rule.name.contains(char::is_control) {
            return Err(InvalidRule::Name {
                rule: given(),
                limit: NAME,
            });
        }
        if !names.insert(&rule.name) {
            return Err(InvalidRule::Duplicate { rule: given() });
        }
        for list in lists(rule) {
            entries = entries.saturating_add(list.lengths.len());
            check_list(rule, &list, limits)?;
        }
        if entries > limits.entries {
            let limit = limits.entries;
            return Err(InvalidRule::TooManyEntries {
                rule: given(),
                limit,
            });
        }
        check_scopes(rule)?;
        check_annotations(rule)?;
        check_patterns(rule, limits)?;
    }
    Ok(())
}

/// A list of a rule: what it is called, and how long its entries are.
struct List {
    condition: String,
    lengths: Vec<usize>,
}

fn lists(rule: &Rule) -> Vec<List> {
    let list = |condition: &str, lengths: Vec<usize>| List {
        condition: condition.to_owned(),
        lengths,
    };
    let patterns =
        |patterns: &Vec<Pattern>| patterns.iter().map(|one| one.as_str().len()).collect();
    let texts = |texts: &Vec<Box<str>>| texts.iter().map(|text| text.len()).collect();
    let who = &rule.who;
    let mut lists: Vec<_> = [
        ("plans", &who.plans),
        ("subjects", &who.subjects),
        ("clients", &who.clients),
        ("keys", &who.keys),
    ]
    .map(|(name, given)| (name, given.as_ref()))
    .into_iter()
    .chain(Kind::ALL.map(|kind| (kind.as_str(), rule.what.list(kind))))
    .filter_map(|(name, given)| Some(list(name, patterns(given?))))
    .collect();
    for (name, given) in scope_lists(rule) {
        lists.extend(given.map(|given| list(name, texts(given))));
    }
    let addresses = who.addresses.as_ref().map(|list| vec![0; list.len()]);
    lists.extend(addresses.map(|lengths| list("addresses", lengths)));
    let features = rule.what.features.as_ref().map(|list| vec![0; list.len()]);
    lists.extend(features.map(|lengths| list("features", lengths)));
    for (path, accepted) in &who.claims {
        let lengths = accepted.iter().map(|value| value.to_string().len());
        lists.push(list(&format!("claims.{path}"), lengths.collect()));
    }
    for (name, accepted) in &who.headers {
        lists.push(list(&format!("headers.{name}"), texts(accepted)));
    }
    lists
}

fn check_list(rule: &Rule, list: &List, limits: &RuleLimits) -> Result<(), InvalidRule> {
    let name = || rule.name.to_string();
    let condition = || list.condition.chars().take(NAME).collect();
    if list.lengths.is_empty() {
        return Err(InvalidRule::Empty {
            rule: name(),
            condition: condition(),
        });
    }
    let limit = limits.length;
    if list.condition.len() > limit || list.lengths.iter().any(|length| *length > limit) {
        return Err(InvalidRule::Long {
            rule: name(),
            condition: condition(),
            limit,
        });
    }
    Ok(())
}

fn scope_lists(rule: &Rule) -> [(&'static str, Option<&Vec<Box<str>>>); 3] {
    [
        ("scopes_all", rule.who.scopes_all.as_ref()),
        ("scopes_any", rule.who.scopes_any.as_ref()),
        ("needs_scopes", rule.needs_scopes.as_ref()),
    ]
}

fn check_scopes(rule: &Rule) -> Result<(), InvalidRule> {
    if rule.effect == Effect::Deny && rule.needs_scopes.is_some() {
        return Err(InvalidRule::DenyNeedsScopes {
            rule: rule.name.to_string(),
        });
    }
    for (condition, scopes) in scope_lists(rule) {
        let odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\\');
        let odd = |scope: &&str| scope.is_empty() || scope.bytes().any(odd);
        let mut scopes = scopes.into_iter().flatten().map(AsRef::as_ref);
        if let Some(scope) = scopes.find(odd) {
            return Err(InvalidRule::Scope {
                rule: rule.name.to_string(),
                condition,
                scope: scope.to_owned(),
            });
        }
    }
    Ok(())
}

fn check_annotations(rule: &Rule) -> Result<(), InvalidRule> {
    let name = || rule.name.to_string();
    if !rule.annotations.is_empty() && rule.what.names_others() {
        return Err(InvalidRule::AnnotationsOfOthers { rule: name() });
    }
    for (hint, value) in &rule.annotations {
        if rule.annotations.contains(&(*hint, !value)) {
            return Err(InvalidRule::Contradiction {
                rule: name(),
                hint: *hint,
            });
        }
    }
    Ok(())
}

fn check_patterns(rule: &Rule, limits: &RuleLimits) -> Result<(), InvalidRule> {
    let name = || rule.name.to_string();
    for kind in Kind::ALL {
        for pattern in rule.what.list(kind).into_iter().flatten() {
            let refused = |error| InvalidRule::Pattern {
                rule: name(),
                error,
            };
            let names =
                Names::new(std::slice::from_ref(pattern), limits.compiled).map_err(refused)?;
            let given = || pattern.to_string();
            if pattern.form() != Form::Regex && pattern.as_str().contains(char::is_control) {
                return Err(InvalidRule::Control {
                    rule: name(),
                    condition: kind.as_str(),
                });
            }
            if kind == Kind::Methods {
                let mut reserved = RESERVED.iter().filter(|(method, _)| names.fit(method));
                let all = RESERVED.iter().all(|(method, _)| names.fit(method));
                if let Some((method, instead)) = reserved.next().filter(|_| !all) {
                    let (rule, pattern) = (name(), given());
                    return Err(InvalidRule::NotForMethods {
                        rule,
                        pattern,
                        method,
                        instead,
                    });
                }
            }
            if kind.is_uri() && rule.effect == Effect::Allow && pattern.form() == Form::Glob {
                let marked = expression::mark(pattern.as_str());
                let readings = Readings::of(&marked);
                if readings.is_suspect() {
                    let instead = expression::unmark(readings.careless().unwrap_or(&marked));
                    let (rule, pattern) = (name(), given());
                    return Err(InvalidRule::DotSegments {
                        rule,
                        pattern,
                        instead,
                    });
                }
            }
        }
    }
    Ok(())
}
