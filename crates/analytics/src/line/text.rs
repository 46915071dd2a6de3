//! Text of strangers: cut, and safe to look at.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

/// The most bytes of one string in a line, before escaping. A name in a message may be as long.
pub(super) const LONGEST: usize = 1024;

/// A string that is cut when it is too long. What was cut ends with `…`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    text: &'a str,
    longest: usize,
}

impl<'a> Text<'a> {
    /// At most [`LONGEST`] bytes of a string.
    pub(super) const fn new(text: &'a str) -> Self {
        Self::of(text, LONGEST)
    }

    /// At most this many bytes of a string.
    pub(super) const fn of(text: &'a str, longest: usize) -> Self {
        Self { text, longest }
    }

    fn cut(self) -> Cow<'a, str> {
        if self.text.len() <= self.longest {
            return Cow::Borrowed(self.text);
        }
        // `None` is the middle of a character.
        let kept = (0..=self.longest)
            .rev()
            .find_map(|end| self.text.get(..end))
            .unwrap_or_default();
        Cow::Owned(format!("{kept}…"))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.cut())
    }
}

/// Compact JSON that escapes, besides what JSON demands, all that a terminal obeys, that ends a line
/// for some readers, or that changes or hides how the text around it looks. A parser reads the same
/// strings as without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((before, character, after)) = next_misleading(rest) {
            writer.write_all(before.as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after;
        }
        writer.write_all(rest.as_bytes())
    }
}

/// The first misleading character, with what stands before and after it.
fn next_misleading(text: &str) -> Option<(&str, char, &str)> {
    let is_plain = |byte: u8| byte.is_ascii() && byte != 0x7f;
    if text.bytes().all(is_plain) {
        return None;
    }
    let (start, character) = text.char_indices().find(|(_, it)| is_misleading(*it))?;
    let (before, from) = text.split_at_checked(start)?;
    let (_, after) = from.split_at_checked(character.len_utf8())?;
    Some((before, character, after))
}

/// Control characters, the line ends of Unicode, and format characters (its category `Cf`) that
/// reorder text or cannot be seen.
const fn is_misleading(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
