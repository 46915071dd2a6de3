//! A policy in a few words, and what makes it another one.

use std::fmt;

use crate::config::{AclSettings, Denials, Fingerprint};

/// How many rules are named.
const NAMED: usize = 5;

/// A policy in a few words.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    /// How many rules there are, and whether they are only written down.
    words: String,
    honest: bool,
    scrub_links: bool,
    /// By name.
    rules: Vec<(String, Fingerprint)>,
}

impl Summary {
    pub(super) fn of(acl: &AclSettings) -> Self {
        let section = &acl.section;
        let rules = section.rule.iter().enumerate();
        Self {
            words: acl.describe(),
            honest: section.denials == Denials::Honest,
            scrub_links: section.scrub_links,
            rules: rules
                .map(|(index, rule)| (section.name(index), Fingerprint::of(rule)))
                .collect(),
        }
    }

    /// How this one differs from the one before, as in `3 rules, was 2 rules`. Rules are named where
    /// their number tells nothing.
    pub(super) fn since(&self, before: &Self) -> String {
        let mut words = self.words.clone();
        if self.words != before.words {
            words.push_str(&format!(", was {}", before.words));
        }
        if self.rules.len() == before.rules.len() {
            let changed = self
                .rules
                .iter()
                .filter(|rule| !before.rules.contains(rule));
            let changed: Vec<String> = changed.map(|(name, _)| format!("`{name}`")).collect();
            let named = changed.iter().take(NAMED).cloned().collect::<Vec<_>>();
            if !named.is_empty() {
                words.push_str(&format!(", changed {}", named.join(", ")));
            }
            if let more @ 1.. = changed.len().saturating_sub(NAMED) {
                words.push_str(&format!(" and {more} more"));
            }
        }
        if self.honest != before.honest {
            let now = if self.honest { "honest" } else { "conceal" };
            words.push_str(&format!(", denials {now}"));
        }
        if self.scrub_links != before.scrub_links {
            let now = if self.scrub_links { "on" } else { "off" };
            words.push_str(&format!(", scrub_links {now}"));
        }
        words
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
