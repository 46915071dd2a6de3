//! What would change, counted.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::{keys::escaped, table};

/// How many different changes are told apart. More are only counted.
const MOST: usize = 10_000;

/// How many of them a table shows.
const SHOWN: usize = 100;

/// What a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    Denied,
    Allowed,
    Unknown,
    /// It came in by a plan that is not there any more.
    NoPlan,
}

/// One kind of exchange for which something would change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Case {
    pub(super) change: Change,
    /// The plan that is not there.
    pub(super) plan: Option<String>,
    pub(super) consumer: String,
    pub(super) call: String,
    pub(super) rule: Option<String>,
}

/// What would change.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) lines: u64,
    pub(super) malformed: u64,
    pub(super) exchanges: u64,
    /// Of other proxies.
    pub(super) elsewhere: u64,
    /// Those about which no rule is asked.
    pub(super) unasked: u64,
    pub(super) same: u64,
    cases: HashMap<Case, u64>,
    /// Cases that are not told apart any more.
    more: HashMap<Change, u64>,
}

impl Change {
    const ALL: [Self; 4] = [Self::Denied, Self::Allowed, Self::Unknown, Self::NoPlan];

    const fn heading(self) -> &'static str {
        match self {
            Self::Denied => "would be denied",
            Self::Allowed => "would be allowed",
            Self::Unknown => "cannot be told",
            Self::NoPlan => "of plans that are not in this configuration",
        }
    }

    const fn member(self) -> &'static str {
        match self {
            Self::Denied => "would_be_denied",
            Self::Allowed => "would_be_allowed",
            Self::Unknown => "cannot_tell",
            Self::NoPlan => "no_plan",
        }
    }
}

impl Tally {
    /// Counts a call for which something would change.
    pub(super) fn note(&mut self, case: Case) {
        let room = self.cases.len() < MOST;
        match self.cases.get_mut(&case) {
            Some(count) => *count += 1,
            None if room => {
                self.cases.insert(case, 1);
            }
            None => *self.more.entry(case.change).or_default() += 1,
        }
    }

    /// Whether nothing would change, as far as can be told of everything.
    pub(super) fn is_calm(&self) -> bool {
        self.cases.is_empty()
    }

    fn count(&self, change: Change) -> u64 {
        let cases = self.cases.iter().filter(|(case, _)| case.change == change);
        let told: u64 = cases.map(|(_, count)| count).sum();
        told + self.more.get(&change).copied().unwrap_or_default()
    }

    /// The cases of one change, the most frequent first.
    fn cases(&self, change: Change) -> Vec<(&Case, u64)> {
        let cases = self.cases.iter().filter(|(case, _)| case.change == change);
        let mut cases: Vec<_> = cases.map(|(case, count)| (case, *count)).collect();
        cases.sort_by(|(left, more), (right, less)| {
            let names = |case: &Case| (case.consumer.clone(), case.call.clone());
            less.cmp(more).then_with(|| names(left).cmp(&names(right)))
        });
        cases
    }

    /// For people: a table for each kind of change, and what was counted.
    pub(super) fn lines(&self) -> String {
        let mut text = String::new();
        for change in Change::ALL {
            let cases = self.cases(change);
            let plans: BTreeSet<Option<&str>> =
                cases.iter().map(|(case, _)| case.plan.as_deref()).collect();
            for plan in plans {
                let cases: Vec<_> = cases
                    .iter()
                    .filter(|(case, _)| case.plan.as_deref() == plan)
                    .collect();
                let heading = match plan {
                    Some(plan) => format!("plan `{}` is not in this configuration", escaped(plan)),
                    None => change.heading().to_owned(),
                };
                text.push_str(&format!("{heading}:\n{}", rows(&cases)));
                let rest = cases
                    .iter()
                    .skip(SHOWN)
                    .map(|(_, count)| count)
                    .sum::<u64>();
                if rest > 0 {
                    text.push_str(&format!("and {rest} more\n"));
                }
                text.push('\n');
            }
            if let Some(more) = self.more.get(&change) {
                text.push_str(&format!("and {more} more {}\n\n", change.heading()));
            }
        }
        // Most logs have none of those without a plan.
        let told = |change: &Change| *change != Change::NoPlan || self.count(*change) > 0;
        let changes: Vec<String> = Change::ALL
            .into_iter()
            .filter(told)
            .map(|change| format!("{} {}", self.count(change), change.heading()))
            .collect();
        text.push_str(&format!("{} the same, {}\n", self.same, changes.join(", ")));
        text.push_str(&format!(
            "{} lines: {} without a question to the rules, {} of other proxies, {} malformed\n",
            self.lines, self.unasked, self.elsewhere, self.malformed
        ));
        text
    }

    /// For machines.
    pub(super) fn value(&self) -> Value {
        let mut value = json!({
            "lines": self.lines,
            "malformed": self.malformed,
            "other_proxies": self.elsewhere,
            "not_asked": self.unasked,
            "same": self.same,
        });
        for change in Change::ALL {
            let cases = self.cases(change).into_iter().map(|(case, count)| {
                let mut value = json!({
                    "count": count,
                    "consumer": case.consumer,
                    "call": case.call,
                    "rule": case.rule,
                });
                if let Some(plan) = &case.plan {
                    value["plan"] = plan.as_str().into();
                }
                value
            });
            value[change.member()] = json!({
                "count": self.count(change),
                "cases": cases.collect::<Vec<_>>(),
            });
        }
        value
    }
}

/// A table of the first of these.
fn rows(cases: &[&(&Case, u64)]) -> String {
    let headings = ["COUNT", "CONSUMER", "CALL", "RULE"].map(str::to_owned);
    let rows = cases.iter().take(SHOWN).map(|(case, count)| {
        [
            count.to_string(),
            escaped(&case.consumer),
            escaped(&case.call),
            escaped(case.rule.as_deref().unwrap_or("-")),
        ]
    });
    let rows: Vec<[String; 4]> = [headings].into_iter().chain(rows).collect();
    table::lines(&rows)
}
