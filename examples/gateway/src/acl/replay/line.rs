//! Lines of a log, however long they and the log are.

use std::io::{self, BufRead};

/// The longest line that is read, in bytes. The gateway's own have a tenth of that.
pub(super) const LONGEST: usize = 1 << 20;

/// The lines of a log, one at a time.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
}

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Without its end.
    Whole(&'a [u8]),
    /// It is longer than [`LONGEST`], and was passed over.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
        }
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let mut too_long = false;
        let mut begun = false;
        loop {
            let piece = match self.reader.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                break;
            }
            begun = true;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            too_long |= self.line.len() + part.len() > LONGEST;
            if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = end.map_or(piece.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match (begun, too_long) {
            (false, _) => None,
            (true, true) => Some(Line::TooLong),
            (true, false) => Some(Line::Whole(&self.line)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::{LONGEST, Line, Lines};

    #[test]
    fn a_line_that_is_too_long_does_not_take_the_next_one_with_it() {
        let text = format!(
            "a\n\n{}\n{}\nb",
            "x".repeat(LONGEST),
            "y".repeat(LONGEST + 1)
        );
        for capacity in [1, 7, 64 << 10] {
            let mut lines = Lines::new(BufReader::with_capacity(capacity, text.as_bytes()));
            assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"a")));
            assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"")));
            let longest = "x".repeat(LONGEST);
            assert_eq!(lines.next().unwrap(), Some(Line::Whole(longest.as_bytes())));
            assert_eq!(lines.next().unwrap(), Some(Line::TooLong));
            assert_eq!(lines.next().unwrap(), Some(Line::Whole(b"b")));
            assert_eq!(lines.next().unwrap(), None);
        }
    }
}
