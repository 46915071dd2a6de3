//! Text of strangers, safe to look at.

use std::io::{self, Write};

use serde_json::ser::Formatter;

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

/// Control characters, the line ends of Unicode, format characters (its category `Cf`) that reorder text or cannot be
/// seen, and letters that look like nothing.
pub(crate) const fn is_misleading(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
