//! What a reload has changed.

use std::fmt;

use super::ComposedProxy;

/// How many proxies a reload has added, changed, removed and left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    added: usize,
    changed: usize,
    removed: usize,
    untouched: usize,
}

impl Changes {
    /// Counts a proxy by what was there under its name.
    pub(super) fn note(&mut self, before: Option<&ComposedProxy>, now: &ComposedProxy) {
        let count = match before {
            None => &mut self.added,
            Some(before) if before.fingerprint == now.fingerprint => &mut self.untouched,
            Some(_) => &mut self.changed,
        };
        *count += 1;
    }

    /// Counts the proxies that are not there any more.
    pub(super) fn note_removed(&mut self, before: &[ComposedProxy], now: &[ComposedProxy]) {
        let remains = |before: &ComposedProxy| now.iter().any(|now| now.name == before.name);
        self.removed += before.iter().filter(|before| !remains(before)).count();
    }
}

impl fmt::Display for Changes {
    /// Such as `1 proxy added, 2 untouched`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.added, "added"),
            (self.changed, "changed"),
            (self.removed, "removed"),
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn only_what_happened_is_said() {
        for (counts, words) in [
            ([1, 1, 0, 2], "1 proxy added, 1 changed, 2 untouched"),
            ([0, 0, 0, 1], "1 proxy untouched"),
            ([0, 2, 1, 0], "2 proxies changed, 1 removed"),
        ] {
            let [added, changed, removed, untouched] = counts;
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
