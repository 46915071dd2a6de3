//! Many names with `*` at once.

use aho_corasick::{AhoCorasick, BuildError};

use super::glob::Glob;

/// Where a rule stands among all rules.
pub(super) type Place = u32;

/// How much of a needle is looked for, in bytes: enough to tell most of them apart.
const NEEDLE: usize = 32;

/// Many names with `*` at once, each with its rules.
///
/// One pass over a name finds the needles that stand in it, and only the globs of these are tried. A
/// set of regular expressions would take longer with each name that it has not seen: where many of
/// them begin with `*`, each character leads to a state that has to be built first.
#[derive(Debug, Default)]
pub(super) struct Globs {
    finder: Option<AhoCorasick>,
    /// By needle.
    found: Vec<Vec<Entry>>,
    /// Without a needle.
    always: Vec<Entry>,
}

type Entry = (Glob, Vec<Place>);

impl Globs {
    /// Makes the finder, whose size is in proportion to the number of globs.
    pub(super) fn new(globs: impl IntoIterator<Item = Entry>) -> Result<Self, BuildError> {
        let mut made = Self::default();
        let mut needles: std::collections::BTreeMap<Vec<u8>, Vec<Entry>> = Default::default();
        for entry in globs {
            match entry.0.needle() {
                "" => made.always.push(entry),
                needle => {
                    let needle = needle.bytes().take(NEEDLE).collect();
                    needles.entry(needle).or_default().push(entry);
                }
            }
        }
        if !needles.is_empty() {
            made.finder = Some(AhoCorasick::new(needles.keys())?);
        }
        made.found = needles.into_values().collect();
        Ok(made)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.always.is_empty()
    }

    /// Shows the rules of all that a name fits.
    pub(super) fn visit(&self, name: &str, visit: &mut impl FnMut(Place)) {
        let mut check = |entries: &[Entry]| {
            for (glob, rules) in entries {
                if glob.fits(name) {
                    rules.iter().copied().for_each(&mut *visit);
                }
            }
        };
        check(&self.always);
        let Some(finder) = &self.finder else { return };
        // A needle that stands there a thousand times is one needle.
        let mut seen: Vec<bool> = Vec::new();
        for found in finder.find_overlapping_iter(name) {
            let needle = found.pattern().as_usize();
            if seen.is_empty() {
                seen.resize(self.found.len(), false);
            }
            let (Some(seen), Some(entries)) = (seen.get_mut(needle), self.found.get(needle)) else {
                continue;
            };
            if !std::mem::replace(seen, true) {
                check(entries);
            }
        }
    }
}
