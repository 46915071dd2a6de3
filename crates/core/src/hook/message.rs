//! One message of an answer, as a hook sees it.

use std::ops::Range;

use bytes::Bytes;
use tollbar_mcp::{Limits, ServerMessage, json::Slice};

/// One JSON-RPC message from the server, with the changes a [`Filter`](crate::Filter) asks for.
///
/// Changes are splices: ranges of the document that get other bytes. All other bytes stay as the
/// server sent them.
#[derive(Debug)]
pub struct Message<'a> {
    document: &'a str,
    parsed: &'a ServerMessage<'a>,
    limits: &'a Limits,
    splices: Vec<(Range<usize>, Bytes)>,
    withheld: bool,
}

impl<'a> Message<'a> {
    pub(crate) const fn new(
        document: &'a str,
        parsed: &'a ServerMessage<'a>,
        limits: &'a Limits,
    ) -> Self {
        Self {
            document,
            parsed,
            limits,
            splices: Vec::new(),
            withheld: false,
        }
    }

    /// The message's parts: kind, id, method, and where its members lie in the document.
    #[must_use]
    pub const fn parsed(&self) -> &'a ServerMessage<'a> {
        self.parsed
    }

    /// The bounds on messages of the client in this frame: what is listed beyond them cannot be
    /// asked for.
    #[must_use]
    pub const fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// The `result` member of a response, with spans that [`replace`](Self::replace) takes.
    #[must_use]
    pub fn result(&self) -> Option<Slice<'a>> {
        self.slice(self.parsed.result())
    }

    /// The `params` member of a request or notification.
    #[must_use]
    pub fn params(&self) -> Option<Slice<'a>> {
        self.slice(self.parsed.params())
    }

    /// The `error` member of a response.
    #[must_use]
    pub fn error(&self) -> Option<Slice<'a>> {
        self.slice(self.parsed.error())
    }

    fn slice(&self, span: Option<Range<usize>>) -> Option<Slice<'a>> {
        Slice::at(self.document, span?)
    }

    /// Puts other bytes in the place of a range of the document. Ranges must not overlap; where
    /// they do, the message is refused as a whole.
    pub fn replace(&mut self, span: Range<usize>, with: impl Into<Bytes>) {
        self.splices.push((span, with.into()));
    }

    /// Takes the elements out of an array that `keep` does not want, and says how many went. Order
    /// and all bytes of the others stay; nothing is changed when all are kept.
    pub fn retain(&mut self, array: &Slice<'_>, mut keep: impl FnMut(&Slice<'_>) -> bool) -> usize {
        self.cut(array, |_, element| keep(element))
    }

    /// Takes the members out of an object that `keep` does not want, and says how many went. It gets
    /// the decoded key and the value.
    pub fn retain_members(
        &mut self,
        object: &Slice<'_>,
        mut keep: impl FnMut(&str, &Slice<'_>) -> bool,
    ) -> usize {
        self.cut(object, |key, value| keep(key.unwrap_or_default(), value))
    }

    fn cut(
        &mut self,
        parts: &Slice<'_>,
        mut keep: impl FnMut(Option<&str>, &Slice<'_>) -> bool,
    ) -> usize {
        let mut removed = 0;
        let cuts = parts.cuts(|key, part| {
            let stays = keep(key, part);
            removed += usize::from(!stays);
            stays
        });
        let cuts = cuts.into_iter().map(|span| (span, Bytes::new()));
        self.splices.extend(cuts);
        removed
    }

    /// Drops the message: the client never sees it. Meant for notifications; a withheld response
    /// leaves the client waiting.
    pub const fn withhold(&mut self) {
        self.withheld = true;
    }

    /// What the filters asked for.
    pub(crate) fn into_changes(self) -> Changes {
        if self.withheld {
            Changes::Withhold
        } else if self.splices.is_empty() {
            Changes::None
        } else {
            Changes::Splice(self.splices)
        }
    }
}

/// What is to be done with one message.
#[derive(Debug)]
pub(crate) enum Changes {
    None,
    Withhold,
    Splice(Vec<(Range<usize>, Bytes)>),
}

/// Applies splices to a document. `None` when ranges overlap or lie outside.
pub(crate) fn splice(document: &[u8], mut splices: Vec<(Range<usize>, Bytes)>) -> Option<Vec<u8>> {
    splices.sort_by_key(|(span, _)| span.start);
    let mut out = Vec::with_capacity(document.len());
    let mut at = 0;
    for (span, with) in &splices {
        out.extend_from_slice(document.get(at..span.start)?);
        out.extend_from_slice(with);
        at = span.end;
        if span.end < span.start {
            return None;
        }
    }
    out.extend_from_slice(document.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::splice;

    #[test]
    fn splices_keep_all_other_bytes() {
        let changed = splice(b"[1,2,3]", vec![(5..6, "x".into()), (1..3, "".into())]);
        assert_eq!(changed.as_deref(), Some(&b"[2,x]"[..]));
    }

    #[test]
    fn overlapping_or_foreign_ranges_are_refused() {
        assert_eq!(
            splice(b"abcdef", vec![(0..3, "x".into()), (2..4, "y".into())]),
            None
        );
        assert_eq!(splice(b"abc", vec![(2..9, "x".into())]), None);
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "a range that a filter got wrong"
        )]
        let reversed = splice(b"abc", vec![(2..1, "x".into())]);
        assert_eq!(reversed, None);
    }
}
