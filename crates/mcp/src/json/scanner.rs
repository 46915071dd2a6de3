//! The one walk over a document: objects, arrays, and what is noted on the way.

use std::borrow::Cow;

use super::error::Excerpt;
use super::keys::{Key, Seen};
use super::{DEEPEST, Error, Problem, Slice};

/// Walks a text from front to back, once, and validates all that it passes.
///
/// Offences against the grammar end the walk. Offences against the rules about keys are noted, the first one wins,
/// and the walk goes on: so an id that stands behind a duplicate can still be echoed.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    depth: usize,
    deepest: usize,
    keys: Vec<Key>,
    lenient: bool,
    offence: Option<Error>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str, depth: usize) -> Self {
        Self {
            text,
            position: 0,
            depth: 0,
            deepest: depth.min(DEEPEST),
            keys: Vec::with_capacity(32),
            lenient: false,
            offence: None,
        }
    }

    /// Where the next byte stands.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The next byte.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// Skips white space.
    #[inline]
    pub(crate) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.position += 1;
        }
    }

    /// The text from a position up to here.
    pub(crate) fn since(&self, start: usize) -> Slice<'a> {
        let raw = self.text.get(start..self.position);
        Slice::exact(raw.unwrap_or_default(), start)
    }

    /// A key as it is meant.
    pub(crate) fn decode(&self, key: Key) -> Cow<'a, str> {
        key.decode(self.text)
    }

    /// Notes an offence at a key.
    #[cold]
    pub(crate) fn reject(&mut self, key: Key, problem: impl FnOnce(Excerpt) -> Problem) {
        if self.offence.is_none() {
            let excerpt = Excerpt::new(&self.decode(key));
            self.offence = Some(Error::new(problem(excerpt), key.start.saturating_sub(1)));
        }
    }

    /// Takes the first noted offence.
    pub(crate) fn offence(&mut self) -> Option<Error> {
        self.offence.take()
    }

    /// Checks that nothing follows, and reports what was noted.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.end()?;
        self.offence().map_or(Ok(()), Err)
    }

    /// Checks that nothing but white space follows.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax("text behind the document")),
        }
    }

    /// Passes one value.
    pub(crate) fn value(&mut self) -> Result<Slice<'a>, Error> {
        let start = self.position;
        self.skip()?;
        Ok(self.since(start))
    }

    /// Passes one value in which a program may use whatever keys it likes: `__proto__` and control characters.
    pub(crate) fn lenient_value(&mut self) -> Result<Slice<'a>, Error> {
        let before = std::mem::replace(&mut self.lenient, true);
        let value = self.value();
        self.lenient = before;
        value
    }

    /// Passes one value.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => self.object(|scanner, _| scanner.skip()),
            Some(b'[') => self.array(Self::skip),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'\xEF') if self.position == 0 => Err(self.syntax("byte order mark")),
            Some(_) => Err(self.syntax("expected a value")),
            None => Err(self.syntax("unexpected end")),
        }
    }

    /// Passes an object; `member` has to pass the value of each key.
    pub(crate) fn object<F>(&mut self, mut member: F) -> Result<(), Error>
    where
        F: FnMut(&mut Self, Key) -> Result<(), Error>,
    {
        self.open()?;
        if self.peek() == Some(b'}') {
            return self.close();
        }
        let mut seen = Seen::new(&self.keys);
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.syntax("expected a key"));
            }
            let key = self.string()?;
            self.judge(key);
            if !seen.add(key, &mut self.keys, self.text) {
                self.reject(key, Problem::Duplicate);
            }
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.syntax("expected `:`"));
            }
            self.position += 1;
            self.space();
            member(self, key)?;
            self.space();
            match self.peek() {
                Some(b',') => {
                    self.position += 1;
                    self.space();
                }
                Some(b'}') => break,
                _ => return Err(self.syntax("expected `,` or `}`")),
            }
        }
        seen.close(&mut self.keys);
        self.close()
    }

    /// Passes an array; `element` has to pass each value.
    pub(crate) fn array<F>(&mut self, mut element: F) -> Result<(), Error>
    where
        F: FnMut(&mut Self) -> Result<(), Error>,
    {
        self.open()?;
        if self.peek() == Some(b']') {
            return self.close();
        }
        loop {
            element(self)?;
            self.space();
            match self.peek() {
                Some(b',') => {
                    self.position += 1;
                    self.space();
                }
                Some(b']') => return self.close(),
                _ => return Err(self.syntax("expected `,` or `]`")),
            }
        }
    }

    fn open(&mut self) -> Result<(), Error> {
        if self.depth >= self.deepest {
            return Err(Error::new(Problem::TooDeep(self.deepest), self.position));
        }
        self.depth += 1;
        self.position += 1;
        self.space();
        Ok(())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "ends an object or array in one expression"
    )]
    fn close(&mut self) -> Result<(), Error> {
        self.depth -= 1;
        self.position += 1;
        Ok(())
    }

    /// Holds a key against the rules that need no context.
    #[inline]
    fn judge(&mut self, key: Key) {
        let first = self.text.as_bytes().get(key.start);
        if key.escaped || matches!(first, Some(b'$' | b'_')) {
            self.judge_decoded(key);
        }
    }

    #[cold]
    fn judge_decoded(&mut self, key: Key) {
        let decoded = self.decode(key);
        if decoded.starts_with("$serde_json::private::") {
            self.reject(key, Problem::Private);
        }
        if self.lenient {
            return;
        }
        if decoded == "__proto__" {
            self.reject(key, |_| Problem::Prototype);
        }
        if decoded.contains(|character: char| character < ' ') {
            self.reject(key, Problem::Control);
        }
    }

    #[cold]
    pub(super) fn syntax(&self, problem: &'static str) -> Error {
        Error::new(Problem::Syntax(problem), self.position)
    }
}
