//! Lines, and the empty ones that end an event.

/// The byte order mark that a stream may begin with.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Finds the ends of events in a stream that comes in pieces.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// How much of a byte order mark has been seen; `None` once the stream's start is over.
    mark: Option<usize>,
    /// Nothing of the current line has been seen.
    is_line_start: bool,
    /// The last byte was a CR, so that an LF belongs to it.
    after_return: bool,
    /// Nothing of the current event has been seen, save such an LF.
    is_event_start: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            mark: Some(0),
            is_line_start: true,
            after_return: false,
            is_event_start: true,
        }
    }

    /// Whether the stream stands between two events.
    pub(super) fn is_between_events(&self) -> bool {
        self.is_event_start && matches!(self.mark, None | Some(0))
    }

    /// Looks at the next bytes of the stream, and stops behind the first end of an event.
    ///
    /// Returns how many bytes that were; `None` when all of them belong to an event that is not over.
    pub(super) fn event_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut position = self.pass_mark(bytes);
        while let Some(&byte) = bytes.get(position) {
            if std::mem::take(&mut self.after_return) && byte == b'\n' {
                position += 1;
                continue;
            }
            if self.is_line_start && matches!(byte, b'\n' | b'\r') {
                position += 1;
                if byte == b'\r' {
                    match bytes.get(position) {
                        Some(b'\n') => position += 1,
                        Some(_) => {}
                        None => self.after_return = true,
                    }
                }
                self.is_event_start = true;
                return Some(position);
            }
            self.is_event_start = false;
            self.is_line_start = false;
            let rest = bytes.get(position..).unwrap_or_default();
            let Some(length) = memchr::memchr2(b'\n', b'\r', rest) else {
                break;
            };
            position += length + 1;
            self.is_line_start = true;
            self.after_return = rest.get(length) == Some(&b'\r');
        }
        None
    }

    /// Passes a byte order mark at the stream's start.
    fn pass_mark(&mut self, bytes: &[u8]) -> usize {
        let Some(seen) = self.mark else {
            return 0;
        };
        let expected = MARK.get(seen..).unwrap_or_default();
        let matching = expected
            .iter()
            .zip(bytes)
            .take_while(|(one, other)| one == other);
        let length = matching.count();
        if length == expected.len() {
            self.mark = None;
        } else if length == bytes.len() {
            self.mark = Some(seen + length);
        } else {
            // What looked like a mark is the beginning of a line.
            self.mark = None;
            if seen + length > 0 {
                self.is_line_start = false;
                self.is_event_start = false;
            }
        }
        length
    }
}

/// One line of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The line without its end.
    pub(super) text: &'a [u8],
    /// LF, CR, CRLF; empty only if the input is cut off.
    pub(super) end: &'a [u8],
}

/// Splits bytes into lines.
pub(super) fn split(mut bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let length = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let (text, rest) = bytes.split_at(length);
        let end = match rest {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        let (end, rest) = rest.split_at(end);
        bytes = rest;
        Some(Line { text, end })
    })
}

impl<'a> Line<'a> {
    /// Name and value of the field; `None` for a comment or an empty line.
    pub(super) fn field(&self) -> Option<(&'a [u8], &'a [u8])> {
        match memchr::memchr(b':', self.text) {
            Some(0) => None,
            None if self.text.is_empty() => None,
            None => Some((self.text, b"")),
            Some(colon) => {
                let (name, rest) = self.text.split_at(colon);
                let value = rest.get(1..).unwrap_or_default();
                Some((name, value.strip_prefix(b" ").unwrap_or(value)))
            }
        }
    }

    /// Whether every reader must take this line for the same one; see [`Event::is_plain`](super::Event::is_plain).
    pub(super) fn is_plain(&self) -> bool {
        // An event is handed out at the CR of its empty line; the LF may come later.
        let ends_plainly = matches!(self.end, b"\n" | b"\r\n") || self.text.is_empty();
        let is_data = self.text.starts_with(b"data:") || self.text == b"data";
        let is_silent = !self.is_comment() || self.text.len() == 1;
        ends_plainly
            && is_silent
            && (self.text.is_empty() || is_data || self.says_something_plain())
    }

    /// Whether this is a comment.
    pub(super) fn is_comment(&self) -> bool {
        self.text.starts_with(b":")
    }

    /// Whether this is a comment or a field other than `data`, and plain.
    pub(super) fn says_something_plain(&self) -> bool {
        let is_known = match self.field() {
            None => self.is_comment(),
            Some((name, _)) => matches!(name, b"event" | b"id" | b"retry"),
        };
        is_known && std::str::from_utf8(self.text).is_ok_and(|text| !text.contains(ends_a_line))
    }
}

/// Control characters, and what some reader takes for the end of a line or for a byte order mark.
fn ends_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}
