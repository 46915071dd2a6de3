//! Strings: their end, their escapes, and writing them (RFC 8259, section 7).

use std::borrow::Cow;

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many bytes of a string's inside need no attention: no quote, no backslash, no control character.
///
/// Looks at eight bytes at a time.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    let mut length = 0;
    let mut rest = bytes;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let special = control(word) | equal(word, b'"') | equal(word, b'\\');
        if special != 0 {
            // The lowest set bit is exact; only bits above it may be set by a borrow.
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
        rest = tail;
    }
    let is_plain = |byte: &&u8| **byte >= 0x20 && **byte != b'"' && **byte != b'\\';
    length + rest.iter().take_while(is_plain).count()
}

fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (EACH * u64::from(byte));
    difference.wrapping_sub(EACH) & !difference & HIGH
}

fn control(word: u64) -> u64 {
    word.wrapping_sub(EACH * 0x20) & !word & HIGH
}

/// One escape sequence.
pub(super) enum Escape {
    /// It means this character, and is so many bytes long.
    Character(char, usize),
    /// It is half of a surrogate pair.
    LoneSurrogate,
    /// It is none.
    Invalid,
}

/// Reads the escape at the start of `bytes`, which begin with the backslash.
pub(super) fn escape(bytes: &[u8]) -> Escape {
    let character = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes),
        _ => return Escape::Invalid,
    };
    Escape::Character(character, 2)
}

fn unicode(bytes: &[u8]) -> Escape {
    let Some(first) = unit(bytes) else {
        return Escape::Invalid;
    };
    if let Some(character) = char::from_u32(first) {
        return Escape::Character(character, 6);
    }
    let second = bytes.get(6..).and_then(unit);
    let (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) = (first, second) else {
        return Escape::LoneSurrogate;
    };
    let scalar = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    char::from_u32(scalar).map_or(Escape::LoneSurrogate, |character| {
        Escape::Character(character, 12)
    })
}

/// Reads `\uXXXX`.
fn unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.first_chunk::<6>()? else {
        return None;
    };
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit * 16 + char::from(digit).to_digit(16)?)
    })
}

/// Decodes a string's inside.
///
/// Total: what is no valid escape becomes U+FFFD, which cannot happen in a validated text.
pub(super) fn decode(inside: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', inside.as_bytes()) else {
        return Cow::Borrowed(inside);
    };
    let mut decoded = String::with_capacity(inside.len());
    let mut rest = inside;
    let mut next = Some(first);
    while let Some(start) = next {
        decoded.push_str(rest.get(..start).unwrap_or_default());
        let (character, length) = match escape(rest.as_bytes().get(start..).unwrap_or_default()) {
            Escape::Character(character, length) => (character, length),
            Escape::LoneSurrogate => (char::REPLACEMENT_CHARACTER, 6),
            Escape::Invalid => (char::REPLACEMENT_CHARACTER, 1),
        };
        decoded.push(character);
        rest = rest.get(start + length..).unwrap_or_default();
        next = memchr::memchr(b'\\', rest.as_bytes());
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Writes a JSON string with its quotes.
///
/// Escapes what RFC 8259 demands (quote, backslash, control characters) and nothing else.
///
/// # Examples
///
/// ```
/// let mut out = Vec::new();
/// tollbar_mcp::json::write_string("say \"hi\"\n", &mut out);
/// assert_eq!(out, br#""say \"hi\"\n""#);
/// ```
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (head, tail) = rest.split_at(plain(rest));
        out.extend_from_slice(head);
        let Some((&special, tail)) = tail.split_first() else {
            break;
        };
        let short = match special {
            b'\n' => Some(b'n'),
            b'\r' => Some(b'r'),
            b'\t' => Some(b't'),
            b'"' | b'\\' => Some(special),
            _ => None,
        };
        if let Some(letter) = short {
            out.extend_from_slice(&[b'\\', letter]);
        } else {
            let [high, low] = [special >> 4, special & 15].map(|digit| HEX[usize::from(digit)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
        rest = tail;
    }
    out.push(b'"');
}
