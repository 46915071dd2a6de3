//! One message of an answer, as a hook sees it.

use std::ops::Range;

use bytes::Bytes;
use tollbar_mcp::{ServerMessage, json::Slice};

/// One JSON-RPC message from the server, with the changes a [`Filter`](crate::Filter) asks for.
///
/// Changes are splices: ranges of the document that get other bytes. All other bytes stay as the
/// server sent them.
#[derive(Debug)]
pub struct Message<'a> {
    document: &'a str,
    parsed: &'a ServerMessage<'a>,
    splices: Vec<(Range<usize>, Bytes)>,
    withheld: bool,
}

impl<'a> Message<'a> {
    pub(crate) const fn new(document: &'a str, parsed: &'a ServerMessage<'a>) -> Self {
        Self {
            document,
            parsed,
            splices: Vec::new(),
            withheld: false,
        }
    }

    /// The message's parts: kind, id, method, and where its members lie in the document.
    #[must_use]
    pub const fn parsed(&self) -> &'a ServerMessage<'a> {
        self.parsed
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
        let mut removed = 0;
        let mut kept_before = false;
        let mut previous_end = 0;
        let mut elements = array.elements().peekable();
        while let Some(element) = elements.next() {
            let span = element.span();
            if keep(&element) {
                kept_before = true;
            } else {
                removed += 1;
                // One comma goes with each element: the one before it, or at the front the one after.
                let gap = match (kept_before, elements.peek()) {
                    (true, _) => previous_end..span.end,
                    (false, Some(next)) => span.start..next.span().start,
                    (false, None) => span.clone(),
                };
                // One splice for a run of elements, however long.
                match self.splices.last_mut() {
                    Some((last, with)) if with.is_empty() && last.end == gap.start => {
                        last.end = gap.end;
                    }
                    _ => self.replace(gap, Bytes::new()),
                }
            }
            previous_end = span.end;
        }
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
