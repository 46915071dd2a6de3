//! Rules, read as simply as can be: the oracle for the index and its regular expressions.

use std::collections::BTreeSet;

use regex::Regex;
use tollbar_acl::{Feature, Hint, Outcome, Pattern, Purpose, Rule, Target};
use tollbar_core::Network;

use crate::{
    asking::Asking,
    reading::{careless, fits, normal, slashed, suspect, tokens},
};

/// A pattern, and whether it is a regular expression.
pub(crate) type Written = (&'static str, bool);
/// The entries of a list, where it is given.
pub(crate) type List<T> = Option<Vec<T>>;

/// A rule as data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spec {
    pub(crate) denies: bool,
    pub(crate) plans: List<Written>,
    pub(crate) subjects: List<Written>,
    pub(crate) keys: List<Written>,
    pub(crate) scopes_all: List<&'static str>,
    pub(crate) scopes_any: List<&'static str>,
    pub(crate) needs: List<&'static str>,
    pub(crate) levels: List<i64>,
    pub(crate) addresses: List<&'static str>,
    pub(crate) teams: List<&'static str>,
    pub(crate) tools: List<Written>,
    pub(crate) resources: List<Written>,
    pub(crate) prompts: List<Written>,
    pub(crate) features: List<Feature>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) read_only: Option<bool>,
}

impl Spec {
    /// The rule that this describes.
    pub(crate) fn rule(&self, name: String) -> Rule {
        let written = |list: &List<Written>| {
            list.as_ref()
                .map(|list| list.iter().map(pattern).collect::<Vec<_>>())
        };
        let mut rule = if self.denies {
            Rule::deny(name)
        } else {
            Rule::allow(name)
        };
        type With = fn(Rule, Vec<Pattern>) -> Rule;
        let lists: [(&List<Written>, With); 6] = [
            (&self.plans, |rule, list| rule.plans(list)),
            (&self.subjects, |rule, list| rule.subjects(list)),
            (&self.keys, |rule, list| rule.keys(list)),
            (&self.tools, |rule, list| rule.tools(list)),
            (&self.resources, |rule, list| rule.resources(list)),
            (&self.prompts, |rule, list| rule.prompts(list)),
        ];
        for (list, with) in lists {
            if let Some(list) = written(list) {
                rule = with(rule, list);
            }
        }
        if let Some(list) = &self.scopes_all {
            rule = rule.scopes_all(list.iter().copied());
        }
        if let Some(list) = &self.scopes_any {
            rule = rule.scopes_any(list.iter().copied());
        }
        if let Some(list) = &self.needs {
            rule = rule.needs_scopes(list.iter().copied());
        }
        if let Some(list) = &self.levels {
            rule = rule.claim("level", list.iter().copied());
        }
        if let Some(list) = &self.addresses {
            rule = rule.addresses(list.iter().map(|network| network.parse().unwrap()));
        }
        if let Some(list) = &self.teams {
            rule = rule.header(
                http::HeaderName::from_static("x-team"),
                list.iter().copied(),
            );
        }
        if let Some(list) = &self.features {
            rule = rule.features(list.iter().copied());
        }
        if let Some(purpose) = self.purpose {
            rule = rule.only_for(purpose);
        }
        if let Some(value) = self.read_only {
            rule = rule.annotation(Hint::ReadOnly, value);
        }
        rule
    }

    /// Whether it applies, scopes that it asks for aside.
    pub(crate) fn applies(&self, asking: &Asking, target: Target<'_>) -> bool {
        self.names(target) && self.is_for(asking)
    }

    /// The scopes that it asks for and that are not there.
    pub(crate) fn missing(&self, asking: &Asking) -> BTreeSet<&'static str> {
        let needs = self.needs.iter().flatten().copied();
        let consumer = &asking.consumer;
        needs
            .filter(|scope| !consumer.is_verified() || !consumer.has_scope(scope))
            .collect()
    }

    fn names(&self, target: Target<'_>) -> bool {
        let names = self.tools.is_some() || self.resources.is_some() || self.prompts.is_some();
        if !names && self.features.is_none() {
            return self.read_only.is_none() || matches!(target, Target::Tool(_));
        }
        match target {
            Target::Tool(name) => named(&self.tools, name),
            Target::Prompt(name) => named(&self.prompts, name),
            Target::Resource(uri) if self.denies => denied(&self.resources, uri),
            Target::Resource(uri) => allowed(&self.resources, uri),
            Target::Feature(feature) => self.features.iter().flatten().any(|one| *one == feature),
            _ => false,
        }
    }

    /// Whether it asks for what is not known of a consumer whom nobody has verified.
    pub(crate) fn asks_who(&self) -> bool {
        let names = self.subjects.is_some() || self.keys.is_some();
        let scopes = self.scopes_all.is_some() || self.scopes_any.is_some();
        names || scopes || self.levels.is_some()
    }

    fn is_for(&self, asking: &Asking) -> bool {
        let consumer = &asking.consumer;
        if !consumer.is_verified() && self.asks_who() {
            // All that can be known has to hold, and the rest does for a rule that denies.
            let rest = Self {
                subjects: None,
                keys: None,
                scopes_all: None,
                scopes_any: None,
                levels: None,
                ..self.clone()
            };
            return self.denies && rest.is_for(asking);
        }
        let has = |scope: &&str| consumer.has_scope(scope);
        let one_of = |list: &List<Written>, names: &[Option<&str>]| {
            list.is_none() || names.iter().flatten().any(|name| named(list, name))
        };
        let level = consumer.claims().get("level");
        let lines: Vec<_> = asking.headers.get_all("x-team").iter().collect();
        let annotation = asking.annotations.map(|told| told.get(Hint::ReadOnly));
        let team = |teams: &Vec<&str>| match (self.denies, lines.as_slice()) {
            (false, [line]) => teams.iter().any(|team| line == team),
            (false, _) => false,
            (true, lines) => {
                let lines: Vec<_> = lines.iter().map(|line| line.to_str().unwrap()).collect();
                let values = lines.join(",");
                values.split(',').any(|value| teams.contains(&value.trim()))
            }
        };
        let inside = |list: &Vec<&str>| match asking.address {
            None => self.denies,
            Some(address) => list
                .iter()
                .any(|network| network.parse::<Network>().unwrap().contains(address)),
        };
        one_of(&self.plans, &[Some(consumer.plan())])
            && one_of(&self.subjects, &[consumer.subject()])
            && one_of(&self.keys, &[consumer.key_id(), consumer.key_name()])
            && self
                .scopes_all
                .as_ref()
                .is_none_or(|list| list.iter().all(has))
            && self
                .scopes_any
                .as_ref()
                .is_none_or(|list| list.iter().any(has))
            && self.levels.as_ref().is_none_or(|list| {
                list.iter()
                    .any(|one| level.is_some_and(|level| *level == *one))
            })
            && self.addresses.as_ref().is_none_or(inside)
            && self.teams.as_ref().is_none_or(team)
            && self.purpose.is_none_or(|purpose| purpose == asking.purpose)
            && self
                .read_only
                .is_none_or(|value| annotation.map_or(self.denies, |told| told == value))
    }
}

/// What all rules say, and which one decides.
pub(crate) fn decide(
    specs: &[Spec],
    asking: &Asking,
    target: Target<'_>,
) -> (Outcome, Option<usize>) {
    let applying = |denies| {
        let rules = specs.iter().enumerate();
        rules.filter(move |(_, spec)| spec.denies == denies && spec.applies(asking, target))
    };
    if let Some((place, _)) = applying(true).next() {
        return (Outcome::Deny, Some(place));
    }
    let best = applying(false).min_by_key(|(place, spec)| (missing_count(spec, asking), *place));
    match best {
        None => (Outcome::Deny, None),
        Some((place, spec)) if spec.missing(asking).is_empty() => (Outcome::Allow, Some(place)),
        Some((place, spec)) => {
            let mut scopes: Vec<Box<str>> = Vec::new();
            let needs = spec.needs.iter().flatten().copied();
            for scope in needs.chain(asking.consumer.scopes()) {
                if !scopes.iter().any(|known| **known == *scope) {
                    scopes.push(scope.into());
                }
            }
            (Outcome::NeedScopes(scopes.into()), Some(place))
        }
    }
}

fn missing_count(spec: &Spec, asking: &Asking) -> usize {
    spec.missing(asking).len()
}

fn pattern((text, regex): &Written) -> Pattern {
    if *regex {
        return Pattern::regex(*text).unwrap();
    }
    Pattern::new(*text)
}

fn named(list: &List<Written>, name: &str) -> bool {
    let mut list = list.iter().flatten();
    list.any(|(text, regex)| match regex {
        true => whole(text, name),
        false => fits(&tokens(&text.replace('*', "**"), false), name),
    })
}

/// To allow: it is written there, or all ways to read it fit.
fn allowed(list: &List<Written>, uri: &str) -> bool {
    let list = || list.iter().flatten();
    let sound = !suspect(uri);
    let literal = |(text, regex): &Written| {
        !regex && !text.contains('*') && (*text == uri || (sound && normal(text) == normal(uri)))
    };
    if list().any(literal) {
        return true;
    }
    let glob = |text: &str, reading: &str| text.contains('*') && fits(&tokens(text, true), reading);
    let exact = |reading: &str| {
        list().any(|(text, regex)| match regex {
            true => whole(text, reading),
            false => glob(text, reading) || glob(&normal(text), reading),
        })
    };
    let loose = |reading: &str| {
        list().any(|(text, regex)| match regex {
            true => whole(text, reading),
            false => glob(&careless(text), reading),
        })
    };
    sound && exact(uri) && exact(&normal(uri)) && (!slashed(uri) || loose(&careless(uri)))
}

/// To deny: one way to read it fits.
fn denied(list: &List<Written>, uri: &str) -> bool {
    if list.is_some() && suspect(uri) {
        return true;
    }
    let mut list = list.iter().flatten();
    let loose = careless(uri);
    let stripped = loose.split(['?', '#']).next().unwrap();
    let stripped = stripped.trim_end_matches('/');
    list.any(|(text, regex)| match regex {
        true => [uri, &normal(uri), &loose, stripped]
            .iter()
            .any(|reading| whole(text, reading)),
        false => {
            let exact = [(*text).to_owned(), normal(text)];
            exact.iter().any(|text| fits(&tokens(text, false), uri))
                || exact
                    .iter()
                    .any(|text| fits(&tokens(text, false), &normal(uri)))
                || (loose != uri && fits(&tokens(&careless(text), false), &loose))
                || (stripped != uri
                    && !stripped.ends_with(':')
                    && fits(&tokens(&careless(text), false), stripped))
        }
    })
}

fn whole(expression: &str, name: &str) -> bool {
    Regex::new(&format!("^(?:{expression})$"))
        .unwrap()
        .is_match(name)
}
