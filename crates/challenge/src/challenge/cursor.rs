//! A place in one line, which moves forward.

use super::{
    InvalidChallenge,
    syntax::{is_of_bare_value, is_of_token, is_of_token68, is_space},
};

/// Reads the words of one `WWW-Authenticate` line. All that is taken is ASCII, but for quoted strings.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

/// A value of a parameter, and whether it stood in quotes.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) quoted: bool,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// The bytes from here on for which this holds.
    fn take(&mut self, holds: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| holds(**byte)).count();
        let (taken, _) = rest.split_at(length);
        self.at += length;
        taken
    }

    /// Skips spaces. Says whether there were any.
    pub(super) fn skip_space(&mut self) -> bool {
        !self.take(is_space).is_empty()
    }

    /// Skips spaces and empty elements. Says whether there was a comma.
    pub(super) fn skip_separators(&mut self) -> bool {
        self.take(|byte| is_space(byte) || byte == b',')
            .contains(&b',')
    }

    /// A scheme or the name of a parameter.
    pub(super) fn word(&mut self) -> Result<&'a str, InvalidChallenge> {
        match ascii(self.take(is_of_token)) {
            "" => Err(self.expected("a scheme or a parameter")),
            word => Ok(word),
        }
    }

    /// The token of a scheme that has one: nothing but spaces stands between it and the next comma.
    pub(super) fn token68(&mut self) -> Option<&'a str> {
        let start = self.at;
        let has_text = !self.take(is_of_token68).is_empty();
        self.take(|byte| byte == b'=');
        let end = self.at;
        self.skip_space();
        let ends = matches!(self.peek(), None | Some(b','));
        match self.line.get(start..end) {
            Some(token) if has_text && ends => Some(ascii(token)),
            _ => {
                self.at = start;
                None
            }
        }
    }

    /// What stands behind the `=` of a parameter.
    pub(super) fn value(&mut self) -> Result<Value, InvalidChallenge> {
        if self.take_one() != Some(b'=') {
            return Err(self.expected("`=`"));
        }
        self.skip_space();
        let value = if self.peek() == Some(b'"') {
            self.at += 1;
            Value {
                text: self.quoted()?,
                quoted: true,
            }
        } else {
            Value {
                text: ascii(self.take(is_of_bare_value)).to_owned(),
                quoted: false,
            }
        };
        if !value.quoted && value.text.is_empty() {
            return Err(self.expected("a value"));
        }
        match self.peek() {
            None | Some(b',' | b' ' | b'\t') => Ok(value),
            Some(_) => Err(self.expected("a comma")),
        }
    }

    /// The rest of a quoted string (RFC 9110 section 5.6.4), without its quoted pairs.
    fn quoted(&mut self) -> Result<String, InvalidChallenge> {
        let mut bytes = Vec::new();
        loop {
            bytes.extend_from_slice(self.take(|byte| byte != b'"' && byte != b'\\'));
            match self.take_one() {
                Some(b'"') => return Ok(text(bytes)),
                // What is behind the last one, if it is one, is any byte.
                Some(_) => bytes.extend(self.take_one()),
                None => return Err(self.expected("a closing quote")),
            }
        }
    }

    fn take_one(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) const fn expected(&self, expected: &'static str) -> InvalidChallenge {
        InvalidChallenge::Syntax {
            at: self.at,
            expected,
        }
    }
}

/// Bytes that were found to be ASCII, as text.
fn ascii(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

/// The text of a quoted string: UTF-8, else Latin-1, which header fields were once made of (RFC 9110
/// section 5.5).
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}
