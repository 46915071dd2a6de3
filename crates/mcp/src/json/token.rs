//! The values without parts: strings, numbers and words.

use super::keys::Key;
use super::string::{self, Escape};
use super::{Error, Problem, Scanner, number};

impl Scanner<'_> {
    /// Passes a string, and says where its inside stands.
    pub(super) fn string(&mut self) -> Result<Key, Error> {
        self.position += 1;
        let start = self.position;
        let mut escaped = false;
        loop {
            let rest = self
                .text
                .as_bytes()
                .get(self.position..)
                .unwrap_or_default();
            self.position += string::plain(rest);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    let rest = self
                        .text
                        .as_bytes()
                        .get(self.position..)
                        .unwrap_or_default();
                    match string::escape(rest) {
                        Escape::Character(_, length) => self.position += length,
                        Escape::LoneSurrogate => return Err(self.syntax("lone surrogate")),
                        Escape::Invalid => return Err(self.syntax("invalid escape")),
                    }
                }
                Some(_) => return Err(self.syntax("control character in a string")),
                None => return Err(self.syntax("unexpected end")),
            }
        }
        let end = self.position;
        self.position += 1;
        Ok(Key {
            start,
            end,
            escaped,
        })
    }

    /// Passes a number.
    pub(super) fn number(&mut self) -> Result<(), Error> {
        let start = self.position;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let Some(number) = number::end(rest) else {
            return Err(self.syntax("invalid number"));
        };
        self.position += number.length;
        if number.may_overflow && number::overflows(self.since(start).raw()) {
            return Err(Error::new(Problem::Syntax("number out of range"), start));
        }
        Ok(())
    }

    /// Passes `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &str) -> Result<(), Error> {
        let rest = self
            .text
            .as_bytes()
            .get(self.position..)
            .unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.syntax("expected a value"));
        }
        self.position += word.len();
        Ok(())
    }
}
