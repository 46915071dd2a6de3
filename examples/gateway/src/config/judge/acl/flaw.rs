//! What the library says of rules, with its place in the configuration.

use tollbar::acl::InvalidRule;

use super::lists;
use crate::config::{
    report::Problem,
    section::{AclRule, PatternText},
    tree::Place,
};

/// What is wrong with one rule, and where.
pub(super) fn tell(
    error: &InvalidRule,
    rule: &AclRule,
    name: &str,
    place: &Place,
) -> (Place, Problem) {
    let culprit = match error {
        InvalidRule::NotForMethods { pattern, .. } | InvalidRule::DotSegments { pattern, .. } => {
            entry(rule, pattern, place)
        }
        InvalidRule::DenyNeedsScopes { .. } => Some(place.key("needs_scopes")),
        InvalidRule::AnnotationsOfOthers { .. } => Some(place.key("annotations")),
        InvalidRule::Scope { condition, .. } | InvalidRule::Control { condition, .. } => {
            Some(place.key(condition))
        }
        InvalidRule::Empty { condition, .. } | InvalidRule::Long { condition, .. } => {
            Some(list(condition, place))
        }
        InvalidRule::Name { .. } | InvalidRule::Unnamed => Some(place.key("name")),
        _ => None,
    };
    let words = error.to_string();
    // The place says which rule it is.
    let named = format!("rule `{name}`");
    let problem = match words.strip_prefix(&named) {
        Some(rest) => match rest.strip_prefix(": ") {
            Some(words) => Problem::said(words),
            None => Problem::said(&format!("this rule{rest}")),
        },
        None => Problem::said(&words),
    };
    (culprit.unwrap_or_else(|| place.clone()), problem)
}

/// What is wrong with all rules together.
pub(super) fn all(error: &InvalidRule) -> Problem {
    Problem::said(&error.to_string())
}

/// Where a list stands: `tools`, or `claims.department` in a table.
fn list(condition: &str, place: &Place) -> Place {
    match condition.split_once('.') {
        Some((table, name)) => place.key(table).key(name),
        None => place.key(condition),
    }
}

/// Where a pattern stands in the lists that name things.
fn entry(rule: &AclRule, text: &str, place: &Place) -> Option<Place> {
    let is_it = |pattern: &PatternText| {
        let built = pattern.build();
        built.is_some_and(|pattern| pattern.as_str() == text)
    };
    let mut lists = lists::patterns(rule).into_iter().rev();
    lists.find_map(|(key, list)| {
        let index = list?.iter().position(is_it)?;
        Some(place.key(key).index(index))
    })
}
