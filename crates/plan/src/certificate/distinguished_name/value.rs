//! Values of attributes as text (RFC 4514 section 2.4).

use std::fmt::Write as _;

use crate::certificate::hex;

/// Characters that never stand for themselves.
const SPECIAL: &[u8] = b"\"+,;<>\\";

/// The text as it stands in a name.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let last = text.len().saturating_sub(1);
    for (at, character) in text.char_indices() {
        let is_edge =
            (at == 0 && matches!(character, ' ' | '#')) || (at == last && character == ' ');
        if character.is_ascii_control() {
            let _ = write!(escaped, "\\{:02X}", u32::from(character));
            continue;
        }
        let is_special = u8::try_from(character).is_ok_and(|byte| SPECIAL.contains(&byte));
        if is_edge || is_special {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The text that stands in a name, without the spaces around it. `None` when it is not written as
/// it must be.
pub(super) fn unescape(escaped: &str) -> Option<String> {
    let mut text = Vec::with_capacity(escaped.len());
    // Where the text ends, when spaces after it do not belong to it.
    let mut end = 0;
    let mut bytes = escaped.trim_start_matches(' ').bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                let next = bytes.next()?;
                let is_itself = SPECIAL.contains(&next) || matches!(next, b' ' | b'#' | b'=');
                text.push(match is_itself {
                    true => next,
                    false => hex::byte(next, bytes.next()?)?,
                });
                end = text.len();
            }
            _ if SPECIAL.contains(&byte) || byte == 0 => return None,
            _ => {
                text.push(byte);
                if byte != b' ' {
                    end = text.len();
                }
            }
        }
    }
    text.truncate(end);
    String::from_utf8(text).ok()
}
