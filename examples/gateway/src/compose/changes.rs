//! What a reload has changed.

use std::fmt;

use super::{ComposedProxy, policy::Policy};

/// How many names are told of each kind.
const NAMED: usize = 5;

/// The proxies that a reload has added, changed, removed and left alone. Those that were added tell
/// of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    added: usize,
    changed: Vec<Changed>,
    removed: Vec<String>,
    untouched: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Changed {
    name: String,
    /// Those that it has now, when they are others.
    plans: Option<String>,
    /// How the policy differs.
    acl: Option<String>,
}

impl Changes {
    /// Counts a proxy by what was there under its name.
    pub(super) fn note(&mut self, before: Option<&ComposedProxy>, now: &ComposedProxy) {
        match before {
            None => self.added += 1,
            Some(before) if before.is(now) => self.untouched += 1,
            Some(before) => self.changed.push(Changed {
                name: now.name.clone(),
                plans: (before.plans != now.plans).then(|| now.plans.clone()),
                acl: Policy::change(before.policy.as_ref(), now.policy.as_ref()),
            }),
        }
    }

    /// Counts the proxies that are not there any more.
    pub(super) fn note_removed(&mut self, before: &[ComposedProxy], now: &[ComposedProxy]) {
        let remains = |before: &&ComposedProxy| now.iter().any(|now| now.name == before.name);
        let removed = before.iter().filter(|before| !remains(before));
        self.removed
            .extend(removed.map(|before| before.name.clone()));
    }
}

impl fmt::Display for Changes {
    /// Such as `1 proxy changed, 2 untouched; changed: `mock` (plans: key)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.added, "added"),
            (self.changed.len(), "changed"),
            (self.removed.len(), "removed"),
            (self.untouched, "untouched"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        for (position, (count, word)) in counts.enumerate() {
            match (position, count) {
                (0, 1) => write!(f, "1 proxy {word}")?,
                (0, _) => write!(f, "{count} proxies {word}")?,
                (_, _) => write!(f, ", {count} {word}")?,
            }
        }
        names(f, "changed", &self.changed)?;
        names(
            f,
            "removed",
            &self.removed.iter().map(quoted).collect::<Vec<_>>(),
        )
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        match (&self.plans, &self.acl) {
            (None, None) => Ok(()),
            (Some(plans), None) => write!(f, " (plans: {plans})"),
            (None, Some(acl)) => write!(f, " (acl: {acl})"),
            (Some(plans), Some(acl)) => write!(f, " (plans: {plans}; acl: {acl})"),
        }
    }
}

fn quoted(name: &String) -> String {
    format!("`{name}`")
}

/// The first few of these, and how many more there are.
fn names(f: &mut fmt::Formatter<'_>, word: &str, names: &[impl fmt::Display]) -> fmt::Result {
    for (position, name) in names.iter().take(NAMED).enumerate() {
        match position {
            0 => write!(f, "; {word}: {name}")?,
            _ => write!(f, ", {name}")?,
        }
    }
    match names.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Changed, Changes};

    #[test]
    fn only_what_happened_is_said() {
        let changed = |name: &str, plans: Option<&str>| Changed {
            name: name.to_owned(),
            plans: plans.map(str::to_owned),
            acl: None,
        };
        let ruled = |name: &str, plans: Option<&str>, acl: &str| Changed {
            acl: Some(acl.to_owned()),
            ..changed(name, plans)
        };
        let many: Vec<Changed> = ["a", "b", "c", "d", "e", "f", "g"]
            .map(|name| changed(name, None))
            .into();
        for (added, changed, removed, untouched, words) in [
            (
                1,
                vec![changed("a", Some("key"))],
                vec![],
                2,
                "1 proxy added, 1 changed, 2 untouched; changed: `a` (plans: key)",
            ),
            (0, vec![], vec![], 1, "1 proxy untouched"),
            (
                0,
                vec![changed("a", None), changed("b", Some("key, keyless"))],
                vec!["c".to_owned()],
                0,
                "2 proxies changed, 1 removed; changed: `a`, `b` (plans: key, keyless); removed: `c`",
            ),
            (
                0,
                vec![
                    ruled("a", None, "3 rules, was 2 rules"),
                    ruled("b", Some("key"), "none, was 1 rule"),
                ],
                vec![],
                0,
                "2 proxies changed; changed: `a` (acl: 3 rules, was 2 rules), `b` (plans: key; acl: \
                 none, was 1 rule)",
            ),
            (
                0,
                many,
                vec![],
                0,
                "7 proxies changed; changed: `a`, `b`, `c`, `d`, `e` and 2 more",
            ),
        ] {
            let changes = Changes {
                added,
                changed,
                removed,
                untouched,
            };
            assert_eq!(changes.to_string(), words);
        }
    }
}
