//! The keys of the objects that are open.

use std::borrow::Cow;
use std::collections::HashSet;

use super::string;

/// From so many keys on, one object's keys are hashed instead of compared one by one.
const MANY: usize = 24;

/// Where a key stands, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

impl Key {
    /// The key as it is meant.
    pub(super) fn decode<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let inside = text.get(self.start..self.end).unwrap_or_default();
        if self.escaped {
            string::decode(inside)
        } else {
            Cow::Borrowed(inside)
        }
    }

    /// Whether two keys without escapes are the same.
    fn equals(&self, other: &Self, text: &str) -> bool {
        if self.end - self.start != other.end - other.start {
            return false;
        }
        let bytes = text.as_bytes();
        bytes.get(self.start..self.end) == bytes.get(other.start..other.end)
    }
}

/// The keys seen so far in one object.
///
/// Few plain keys stand on a stack that all open objects share, so that an object costs no allocation. An object with
/// many keys, or with one that has escapes, gets a hash set (with the standard library's keyed hash): so each key is
/// decoded once, and the time stays linear whatever the keys are.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    base: usize,
    hashed: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Seen<'a> {
    /// Starts an object.
    pub(super) fn new(stack: &[Key]) -> Self {
        Self {
            base: stack.len(),
            hashed: None,
        }
    }

    /// Adds a key; false when the object has it already.
    #[inline]
    pub(super) fn add(&mut self, key: Key, stack: &mut Vec<Key>, text: &'a str) -> bool {
        let siblings = stack.get(self.base..).unwrap_or_default();
        if key.escaped || siblings.len() == MANY || self.hashed.is_some() {
            return self.add_hashed(key, stack, text);
        }
        if siblings.iter().any(|sibling| sibling.equals(&key, text)) {
            return false;
        }
        stack.push(key);
        true
    }

    fn add_hashed(&mut self, key: Key, stack: &mut Vec<Key>, text: &'a str) -> bool {
        let siblings = stack.drain(self.base..).map(|key| key.decode(text));
        let hashed = self.hashed.get_or_insert_default();
        hashed.extend(siblings);
        hashed.insert(key.decode(text))
    }

    /// Ends the object.
    pub(super) fn close(self, stack: &mut Vec<Key>) {
        stack.truncate(self.base);
    }
}
