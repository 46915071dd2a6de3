//! One event.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::lines::{Line, MARK, split};

/// One event as it stands in the stream, up to and including the empty line that ends it.
///
/// Nothing is decoded before it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    raw: Bytes,
    has_mark: bool,
}

impl Event {
    pub(super) fn new(raw: Bytes, has_mark: bool) -> Self {
        Self { raw, has_mark }
    }

    /// The bytes as they stand in the stream.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Gives the bytes away.
    #[must_use]
    pub fn into_raw(self) -> Bytes {
        self.raw
    }

    /// The value of `event`; the last one counts. Without one, or with an empty one, the name is `message`.
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.last(b"event")
    }

    /// The value of `id`; the last one without NUL counts.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        let ids = self.values(b"id");
        ids.filter(|id| memchr::memchr(0, id).is_none()).last()
    }

    /// The values of all `data` fields, joined by LF. Borrowed if there is only one.
    #[must_use]
    pub fn data(&self) -> Option<Cow<'_, [u8]>> {
        let mut values = self.values(b"data");
        let first = values.next()?;
        let Some(second) = values.next() else {
            return Some(Cow::Borrowed(first));
        };
        let mut joined = Vec::with_capacity(self.raw.len());
        joined.extend_from_slice(first);
        for value in std::iter::once(second).chain(values) {
            joined.push(b'\n');
            joined.extend_from_slice(value);
        }
        Some(Cow::Owned(joined))
    }

    /// Whether there is nothing but comments and empty lines.
    #[must_use]
    pub fn is_comment_only(&self) -> bool {
        self.lines().all(|line| line.field().is_none())
    }

    /// Writes the event with other data; all lines that are not `data` stay as they are, in their order.
    ///
    /// The data stands where its first line stood, else at the end, one `data` line for each of its lines.
    #[must_use]
    pub fn with_data(&self, data: &[u8]) -> Bytes {
        let mut out = BytesMut::with_capacity(self.raw.len() + data.len() + 16);
        if self.has_mark {
            out.extend_from_slice(MARK);
        }
        let mut is_written = false;
        let mut lines = self.lines().peekable();
        while let Some(line) = lines.next() {
            let is_data = line.field().is_some_and(|(name, _)| name == b"data");
            let is_last = lines.peek().is_none();
            if !is_written && (is_data || is_last) {
                is_written = true;
                write_data(data, &mut out);
            }
            if !is_data {
                // A line that was taken away may have stood between a CR and this LF, which are one line end now.
                if line.text.is_empty() && line.end == b"\n" && out.last() == Some(&b'\r') {
                    out.extend_from_slice(b"\n");
                }
                out.extend_from_slice(line.text);
                out.extend_from_slice(line.end);
            }
        }
        out.freeze()
    }

    /// Whether every reader of event streams must take this event for the same one.
    ///
    /// The standard says what is to be made of any bytes, but not all readers follow it: some take other
    /// characters for line ends, some know other byte order marks, some ignore case. An event is plain if its
    /// lines end in LF or CRLF and each is empty, a comment without text, or one of the four fields with a value that
    /// holds no control character and nothing else that some reader takes for the end of a line. The value of `data`
    /// is not looked at: whoever judges the data does that.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.has_mark && self.lines().all(|line| line.is_plain())
    }

    /// Writes the event with this data, or without any, and with nothing else but its plain fields, and its comments
    /// without their text, which nobody has judged. Lines end in LF.
    #[must_use]
    pub fn to_plain(&self, data: Option<&[u8]>) -> Bytes {
        let mut out = BytesMut::with_capacity(self.raw.len() + 16);
        for line in self.lines().filter(Line::says_something_plain) {
            out.extend_from_slice(if line.is_comment() { b":" } else { line.text });
            out.extend_from_slice(b"\n");
        }
        if let Some(data) = data {
            write_data(data, &mut out);
        }
        out.extend_from_slice(b"\n");
        out.freeze()
    }

    fn last(&self, name: &[u8]) -> Option<&[u8]> {
        self.values(name).last()
    }

    fn values<'e>(&'e self, name: &[u8]) -> impl Iterator<Item = &'e [u8]> {
        let fields = self.lines().filter_map(|line| line.field());
        fields.filter_map(move |(field, value)| (field == name).then_some(value))
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mark = if self.has_mark { MARK.len() } else { 0 };
        split(self.raw.get(mark..).unwrap_or_default())
    }
}

fn write_data(data: &[u8], out: &mut BytesMut) {
    let mut rest = Some(data);
    while let Some(text) = rest {
        let mut lines = split(text);
        let line = lines.next().unwrap_or(Line {
            text: b"",
            end: b"",
        });
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line.text);
        out.extend_from_slice(b"\n");
        let length = line.text.len() + line.end.len();
        rest = (!line.end.is_empty()).then(|| text.get(length..).unwrap_or_default());
    }
}
