//! Rules about what is not there.

use http::HeaderMap;
use serde_json::Value;
use tollbar::{
    acl::{Asker, Feature, Pattern, Policy as _, Purpose, Question, Rule, Rules, Target},
    core::Consumer,
    plan::key::KeyRecord,
};

use crate::{
    config::{AclRule, AclSettings, PatternText, RuleEffect, nearest},
    keys::escaped,
    probe::{Catalogue, Listed},
};

/// How many are told of; the rest is counted.
const NAMED: usize = 20;

/// What is told of the names in rules that a server does not list, those of rules that deny first.
/// Only names without `*` are looked at. Nothing is told where a list could not be read.
pub(crate) fn of_names(acl: &AclSettings, catalogue: &Catalogue) -> Vec<String> {
    if !catalogue.troubles.is_empty() {
        return Vec::new();
    }
    let listed = |list: Listed| -> Vec<&str> {
        let entries = catalogue.entries.iter().filter(|(of, _)| *of == list);
        let names = entries.filter_map(|(_, entry)| entry.get(list.key()));
        names.filter_map(Value::as_str).collect()
    };
    let (tools, prompts) = (listed(Listed::Tools), listed(Listed::Prompts));
    let (resources, templates) = (listed(Listed::Resources), listed(Listed::Templates));
    let mut lines = Vec::new();
    for (name, rule) in rules(acl) {
        let mut stray = |what: &str, text: &str, known: &[&str]| {
            lines.push(line(&name, rule.effect, what, text, known));
        };
        for (what, list, known) in [
            ("tool", &rule.tools, &tools),
            ("prompt", &rule.prompts, &prompts),
        ] {
            for text in literals(list.as_deref()) {
                if !known.contains(&text) {
                    stray(what, text, known);
                }
            }
        }
        for text in literals(rule.resources.as_deref()) {
            // What a template may stand for is in no list.
            let may_be = |template: &&str| {
                let first = template.split('{').next().unwrap_or_default();
                text.starts_with(first)
            };
            if !resources.contains(&text)
                && !templates.iter().any(may_be)
                && !is_listed(text, &resources)
            {
                stray("resource", text, &resources);
            }
        }
    }
    shortened(lines)
}

/// What is told of `keys` that fit no key of the key file. Where there are no keys at all, nothing
/// is: they are elsewhere.
pub(crate) fn of_keys(acl: &AclSettings, keys: &[KeyRecord]) -> Vec<String> {
    if keys.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for (name, rule) in rules(acl) {
        for pattern in rule.keys.iter().flatten().filter_map(PatternText::build) {
            if keys.iter().any(|key| fits(&pattern, key)) {
                continue;
            }
            let text = pattern.as_str();
            let names = keys.iter().map(|key| key.name.as_str());
            let hint = match nearest(text, names) {
                Some(near) => format!(": did you mean `{}`?", escaped(near)),
                None => String::new(),
            };
            lines.push(format!(
                "the rule `{}` is about the key `{}`, which fits none in the key file{hint}",
                escaped(&name),
                escaped(text)
            ));
        }
    }
    shortened(lines)
}

/// The rules with their names, those that deny first: what they are about is not kept out.
fn rules(acl: &AclSettings) -> Vec<(String, &AclRule)> {
    let rules = acl.section.rule.iter().enumerate();
    let mut rules: Vec<_> = rules
        .map(|(index, rule)| (acl.section.name(index), rule))
        .collect();
    rules.sort_by_key(|(_, rule)| rule.effect != RuleEffect::Deny);
    rules
}

/// The names without `*` in a list.
fn literals(list: Option<&[PatternText]>) -> impl Iterator<Item = &str> {
    list.into_iter()
        .flatten()
        .filter_map(|pattern| match pattern {
            PatternText::Glob(text) => Some(text.as_str()).filter(|text| !text.contains('*')),
            PatternText::Other(other) => other.literal.as_ref().map(|text| text.as_str()),
        })
}

/// Whether a URI is one of these, written in another way.
fn is_listed(uri: &str, listed: &[&str]) -> bool {
    let rule = Rule::allow("resource").resources([Pattern::literal(uri)]);
    let Ok(rules) = Rules::new([rule]) else {
        return false;
    };
    let (consumer, headers) = (Consumer::new("any"), HeaderMap::new());
    listed.iter().any(|uri| {
        let target = Target::Resource(uri);
        rules
            .decide(&Question::new(
                asker(&consumer, &headers),
                target,
                Purpose::Use,
            ))
            .allows()
    })
}

/// Whether a pattern fits a key, as rules see it.
fn fits(pattern: &Pattern, key: &KeyRecord) -> bool {
    let Ok(rules) = Rules::new([Rule::allow("key").keys([pattern.clone()])]) else {
        return false;
    };
    let consumer = Consumer::new("key")
        .with_key_id(key.id.as_str())
        .with_key_name(key.name.as_str());
    let (headers, target) = (HeaderMap::new(), Target::Feature(Feature::Logging));
    rules
        .decide(&Question::new(
            asker(&consumer, &headers),
            target,
            Purpose::Use,
        ))
        .allows()
}

const fn asker<'a>(consumer: &'a Consumer, headers: &'a HeaderMap) -> Asker<'a> {
    Asker {
        consumer,
        address: None,
        headers,
    }
}

fn line(rule: &str, effect: RuleEffect, what: &str, text: &str, known: &[&str]) -> String {
    let does = match effect {
        RuleEffect::Deny => "denies",
        RuleEffect::Allow => "allows",
    };
    let hint = match nearest(text, known.iter().copied()) {
        Some(near) => format!(": did you mean `{}`?", escaped(near)),
        None => String::new(),
    };
    format!(
        "the rule `{}` {does} the {what} `{}`, which the server does not list{hint}",
        escaped(rule),
        escaped(text)
    )
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(format!("{more} more rules are about what is not there"));
    }
    lines
}
