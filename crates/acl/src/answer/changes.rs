//! What is to be changed in a message.

use std::ops::Range;

use bytes::Bytes;
use tollbar_core::Message;
use tollbar_mcp::json::Slice;

/// What is to be changed in a message: noted first, since in shadow mode it is only counted.
#[derive(Debug, Default)]
pub(super) struct Changes {
    edits: Vec<(Range<usize>, Bytes)>,
    hidden: usize,
    withheld: bool,
}

impl Changes {
    /// Takes those parts out of an array or an object that `keep` does not want. It gets the key of a
    /// member, and the value.
    pub(super) fn retain<'a>(
        &mut self,
        parts: &Slice<'a>,
        mut keep: impl FnMut(Option<&str>, &Slice<'a>) -> bool,
    ) {
        let mut hidden = 0;
        let cuts = parts.cuts(|key, value| {
            let stays = keep(key, value);
            hidden += usize::from(!stays);
            stays
        });
        let cuts = cuts.into_iter().map(|place| (place, Bytes::new()));
        self.edits.extend(cuts);
        self.hidden += hidden;
    }

    /// These changes, too.
    pub(super) fn add(&mut self, more: Self) {
        self.edits.extend(more.edits);
        self.hidden += more.hidden;
        self.withheld |= more.withheld;
    }

    /// Puts something else in a place. That hides nothing.
    pub(super) fn put(&mut self, place: Range<usize>, with: &'static str) {
        self.edits
            .push((place, Bytes::from_static(with.as_bytes())));
    }

    /// Keeps the whole message from the client.
    pub(super) const fn withhold(&mut self) {
        self.withheld = true;
    }

    /// How many parts the client does not see; `None` for none.
    pub(super) const fn hidden(&self) -> Option<usize> {
        match (self.withheld, self.hidden) {
            (true, _) => Some(1),
            (false, 0) => None,
            (false, hidden) => Some(hidden),
        }
    }

    pub(super) fn apply(self, message: &mut Message<'_>) {
        if self.withheld {
            message.withhold();
        }
        for (place, with) in self.edits {
            message.replace(place, with);
        }
    }
}
