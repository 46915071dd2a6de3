//! Names with `*` in them.

use memchr::memmem;

/// What one `*` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Run {
    /// Everything.
    All,
    /// What has no `/`.
    Segment,
    /// What has nothing that ends a host or begins one.
    Host,
}

impl Run {
    const fn takes(self, byte: u8) -> bool {
        match self {
            Self::All => true,
            Self::Segment => byte != b'/',
            Self::Host => !matches!(byte, b'/' | b'?' | b'#' | b'@'),
        }
    }
}

/// A text with runs in it: text, run, text, run, text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glob {
    first: Box<str>,
    /// The runs, each with the text behind it. Not empty.
    rest: Vec<(Run, Box<str>)>,
}

impl Glob {
    pub(super) const fn new(first: Box<str>, rest: Vec<(Run, Box<str>)>) -> Self {
        Self { first, rest }
    }

    /// The longest text that is in all that fits; empty when there is none.
    pub(super) fn needle(&self) -> &str {
        let rest = self.rest.iter().map(|(_, text)| text.as_ref());
        let texts = [self.first.as_ref()].into_iter().chain(rest);
        texts.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Whether all of a name fits. Takes time in proportion to its length and the number of runs.
    pub(super) fn fits(&self, name: &str) -> bool {
        let (name, first) = (name.as_bytes(), self.first.as_bytes());
        let Some(name) = name.strip_prefix(first) else {
            return false;
        };
        let Some(((run, last), others)) = self.rest.split_last() else {
            return name.is_empty();
        };
        let Some(middle) = name.strip_suffix(last.as_bytes()) else {
            return false;
        };
        if others.is_empty() {
            return middle.iter().all(|byte| run.takes(*byte));
        }
        if self.rest.iter().all(|(run, _)| *run == Run::All) {
            return leftmost(middle, others);
        }
        let mut ends = vec![false; middle.len() + 1];
        ends[0] = true;
        for (run, text) in others {
            ends = follow(&ends, *run, text.as_bytes(), middle);
        }
        let last = follow(&ends, *run, &[], middle);
        last.last() == Some(&true)
    }
}

/// Whether the texts stand in it, one behind the other. The leftmost place of each leaves the most
/// for the others, where a run stands for everything.
fn leftmost(mut name: &[u8], texts: &[(Run, Box<str>)]) -> bool {
    texts.iter().all(|(_, text)| {
        let place = memmem::find(name, text.as_bytes());
        let rest = place.and_then(|place| name.get(place + text.len()..));
        rest.map(|rest| name = rest).is_some()
    })
}

/// Where a run and the text behind it may end, when they may begin at these places.
fn follow(begins: &[bool], run: Run, text: &[u8], name: &[u8]) -> Vec<bool> {
    let mut ends = vec![false; begins.len()];
    let mut running = false;
    for (place, begins) in begins.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| name.get(before));
        running = *begins || (running && before.is_some_and(|byte| run.takes(*byte)));
        let fits = running && name.get(place..).is_some_and(|rest| rest.starts_with(text));
        if let Some(end) = ends.get_mut(place + text.len()).filter(|_| fits) {
            *end = true;
        }
    }
    ends
}
