//! Values inside a document that was validated before.

use std::borrow::Cow;
use std::ops::Range;

use super::{fold, string};

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// One raw JSON value inside a larger document.
///
/// It reads nothing until it is asked, and finds its parts by skipping, not by validating: give it only what
/// [`check`](super::check) or one of the parsers of this crate has let through. On other text its answers mean
/// nothing, but it does not panic and it always comes to an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slice<'a> {
    raw: &'a str,
    offset: usize,
}

impl<'a> Slice<'a> {
    /// A whole document; surrounding white space is left out.
    #[must_use]
    pub fn new(document: &'a str) -> Self {
        Self::part(document, 0)
    }

    /// The value at a place in a document; `None` when the document has no such place.
    #[must_use]
    pub fn at(document: &'a str, span: Range<usize>) -> Option<Self> {
        let start = span.start;
        Some(Self::part(document.get(span)?, start))
    }

    /// A value without white space around it.
    pub(super) fn exact(raw: &'a str, offset: usize) -> Self {
        Self { raw, offset }
    }

    /// A piece of text that stands `offset` bytes behind the document's start.
    fn part(text: &'a str, offset: usize) -> Self {
        let front = text.trim_start_matches(is_space);
        Self {
            raw: front.trim_end_matches(is_space),
            offset: offset + (text.len() - front.len()),
        }
    }

    /// What the value is, by its first byte; `None` for what cannot be JSON.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self.raw.as_bytes().first()? {
            b'n' => Some(Kind::Null),
            b't' | b'f' => Some(Kind::Bool),
            b'-' | b'0'..=b'9' => Some(Kind::Number),
            b'"' => Some(Kind::String),
            b'[' => Some(Kind::Array),
            b'{' => Some(Kind::Object),
            _ => None,
        }
    }

    /// The bytes as they stand in the document.
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// Where the value stands, in bytes from the document's start.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.offset..self.offset + self.raw.len()
    }

    /// The decoded string; `None` for other kinds. Borrowed when it has no escapes.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let inside = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        Some(string::decode(inside))
    }

    /// The integer; `None` for other kinds, for fractions, exponents and `-0`, and beyond 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if self.kind() != Some(Kind::Number) || self.raw == "-0" {
            return None;
        }
        self.raw.parse().ok()
    }

    /// The truth value; `None` for other kinds.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The members of an object in order; none for other kinds.
    #[must_use]
    pub fn members(&self) -> Members<'a> {
        Members(Parts::new(*self, b'{'))
    }

    /// The elements of an array in order; none for other kinds.
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        Elements(Parts::new(*self, b'['))
    }

    /// The members with their keys as they stand in the document.
    pub(super) fn raw_members(&self) -> impl Iterator<Item = (Self, Self)> + use<'a> {
        let mut parts = Parts::new(*self, b'{');
        std::iter::from_fn(move || parts.member())
    }

    /// Whether a member's key is not this ASCII key, but some parser takes it for this one: other case, or letters
    /// that fold to the same.
    #[must_use]
    pub fn has_look_alike(&self, key: &'static str) -> bool {
        self.members()
            .any(|(name, _)| fold::variant(&name, &[key]).is_some())
    }

    /// The member with this (decoded) key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        self.members()
            .find_map(|(name, value)| (name == key).then_some(value))
    }
}

/// Iterates over an object's members: decoded key and value.
#[derive(Clone, Debug)]
pub struct Members<'a>(Parts<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Slice<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.member()?;
        Some((key.as_str()?, value))
    }
}

/// Iterates over an array's elements.
#[derive(Clone, Debug)]
pub struct Elements<'a>(Parts<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Slice<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let value = self.0.value()?;
        self.0.comma();
        Some(value)
    }
}

/// The inside of an object or array that is still to be read.
#[derive(Clone, Debug)]
struct Parts<'a> {
    rest: &'a str,
    offset: usize,
}

impl<'a> Parts<'a> {
    fn new(slice: Slice<'a>, open: u8) -> Self {
        let is_open = slice.raw.as_bytes().first() == Some(&open);
        let inside = is_open.then(|| slice.raw.get(1..slice.raw.len().max(2) - 1));
        Self {
            rest: inside.flatten().unwrap_or_default(),
            offset: slice.offset + 1,
        }
    }

    /// Takes the next value, and stops for good where there is none.
    fn value(&mut self) -> Option<Slice<'a>> {
        self.space();
        let length = skip(self.rest.as_bytes());
        let raw = self.rest.get(..length).filter(|raw| !raw.is_empty());
        let Some(raw) = raw else {
            self.rest = "";
            return None;
        };
        let slice = Slice {
            raw,
            offset: self.offset,
        };
        self.advance(length);
        Some(slice)
    }

    /// Takes the next key with its value.
    fn member(&mut self) -> Option<(Slice<'a>, Slice<'a>)> {
        let key = self.value()?;
        self.pass(b':')?;
        let value = self.value()?;
        self.comma();
        Some((key, value))
    }

    fn pass(&mut self, byte: u8) -> Option<()> {
        self.space();
        if self.rest.as_bytes().first() != Some(&byte) {
            self.rest = "";
            return None;
        }
        self.advance(1);
        Some(())
    }

    /// Passes the comma before another part; without one there is no other part.
    fn comma(&mut self) {
        let _ = self.pass(b',');
    }

    fn space(&mut self) {
        let trimmed = self.rest.trim_start_matches(is_space);
        self.advance(self.rest.len() - trimmed.len());
    }

    fn advance(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.offset += length;
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\r' | '\t')
}

/// The length of the value at the start of `bytes`; 0 when none starts there.
fn skip(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'"') => quoted(bytes),
        Some(b'{' | b'[') => nested(bytes),
        _ => {
            let is_delimiter = |byte: &u8| b",:]} \n\r\t".contains(byte);
            bytes.iter().position(is_delimiter).unwrap_or(bytes.len())
        }
    }
}

/// The length of the array or object at the start of `bytes`, brackets included.
fn nested(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'"' => {
                position += quoted(bytes.get(position..).unwrap_or_default());
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return position + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        position += 1;
    }
    bytes.len()
}

/// The length of the string at the start of `bytes`, quotes included.
fn quoted(bytes: &[u8]) -> usize {
    let mut position = 1;
    loop {
        let rest = bytes.get(position..).unwrap_or_default();
        position += string::plain(rest);
        match bytes.get(position) {
            Some(b'"') => return position + 1,
            Some(b'\\') => position += 2,
            Some(_) => position += 1,
            None => return bytes.len(),
        }
    }
}
