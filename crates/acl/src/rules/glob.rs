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
    /// Where in a text the last byte stands that this does not stand for.
    fn last_end(self, text: &[u8]) -> Option<usize> {
        match self {
            Self::All => None,
            Self::Segment => memchr::memrchr(b'/', text),
            Self::Host => text
                .iter()
                .rposition(|byte| matches!(byte, b'/' | b'?' | b'#' | b'@')),
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
            return run.last_end(middle).is_none();
        }
        if self.rest.iter().all(|(run, _)| *run == Run::All) {
            return leftmost(middle, others);
        }
        let mut ends = vec![0];
        for (run, text) in others {
            ends = follow(&ends, *run, text.as_bytes(), middle);
        }
        // The last place leaves the least for the last run.
        let clear = run.last_end(middle).map_or(0, |end| end + 1);
        ends.last().is_some_and(|end| *end >= clear)
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

/// Where a run and the text behind it may end, when they may begin at these places, in order. Looks at
/// the places where the text stands, not at each byte: whoever writes the name should not be able to
/// make it much longer than that.
fn follow(begins: &[usize], run: Run, text: &[u8], name: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut begins = begins.iter().copied().peekable();
    let Some(first) = begins.peek().copied() else {
        return ends;
    };
    let finder = memmem::Finder::new(text);
    // The last place to begin at, how far the run has been looked at, and from where on it may reach.
    let (mut latest, mut seen, mut clear) = (first, first, first);
    let mut from = first;
    while let Some(found) = name.get(from..).and_then(|rest| finder.find(rest)) {
        let place = from + found;
        let between = name.get(seen..place).unwrap_or_default();
        if let Some(end) = run.last_end(between) {
            clear = seen + end + 1;
        }
        seen = place;
        while let Some(begin) = begins.next_if(|begin| *begin <= place) {
            latest = begin;
        }
        if latest >= clear {
            ends.push(place + text.len());
        }
        from = place + 1;
    }
    ends
}
