//! The keys of an authorization server, as they were fetched once.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use thiserror::Error;
use tokio::time::Instant;

use super::{
    Algorithm,
    key::{Key, Unusable},
};

/// How many keys of a set are looked at. Servers have one for each algorithm, twice while they change
/// them.
const MOST: usize = 100;

/// The keys of an authorization server, as they were fetched once (a JWK set, RFC 7517 section 5).
#[derive(Debug)]
pub(crate) struct Keys {
    keys: Vec<Arc<Key>>,
    /// Those that cannot be used: their number in the set, from 0, and why.
    unusable: Vec<(usize, Unusable)>,
    /// When they were asked for.
    pub(super) asked: Instant,
}

/// This is no key set. No message shows content.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum InvalidKeys {
    /// It is something else.
    #[error("the key set is not JSON")]
    NotJson,
    /// There is no array of keys.
    #[error("the key set has no array `keys`: check the URL (`jwks_uri`)")]
    NoKeys,
}

impl Keys {
    /// Reads a key set. Keys that cannot be used are left out, as RFC 7517 section 5 has it.
    ///
    /// # Errors
    ///
    /// [`InvalidKeys`] when it is none.
    pub(crate) fn read(document: &[u8], asked: Instant) -> Result<Self, InvalidKeys> {
        let set: Value = serde_json::from_slice(document).map_err(|_| InvalidKeys::NotJson)?;
        let listed = set.get("keys").and_then(Value::as_array);
        let listed = listed.ok_or(InvalidKeys::NoKeys)?;
        let mut set = Self {
            keys: Vec::new(),
            unusable: Vec::new(),
            asked,
        };
        for (number, key) in listed.iter().enumerate() {
            if number >= MOST {
                set.unusable.push((number, "it is one too many"));
                break;
            }
            match Key::read(key) {
                Ok(key) if set.keys.iter().any(|it| it.is_same(&key)) => {}
                Ok(key) => set.keys.push(Arc::new(key)),
                Err(why) => set.unusable.push((number, why)),
            }
        }
        Ok(set)
    }

    /// Keeps the keys that were there before, with the right of those whom they have let in; ends it for
    /// those that are gone. Says how many are new, and how many gone.
    pub(super) fn succeed(&mut self, before: &Self) -> (usize, usize) {
        let mut new = self.keys.len();
        let mut gone = 0;
        for old in &before.keys {
            match self.keys.iter_mut().find(|key| key.is_same(old)) {
                Some(key) => {
                    *key = Arc::clone(old);
                    new = new.saturating_sub(1);
                }
                None => {
                    old.revocation.revoke();
                    gone += 1;
                }
            }
        }
        (new, gone)
    }

    /// The one key that a token with this `kid` (or none) can be signed by in this way. When there are
    /// several, nobody can say which one was meant, and there is none.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Arc<Key>> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(id, algorithm));
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }

    pub(super) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.asked)
    }

    /// How many can be used.
    pub(crate) const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Those that cannot be used: their number in the set, from 0, and why.
    pub(crate) fn unusable(&self) -> &[(usize, Unusable)] {
        &self.unusable
    }

    /// Ends what they have let in.
    pub(super) fn revoke(&self) {
        for key in &self.keys {
            key.revocation.revoke();
        }
    }

    /// Whether somebody is in by one of them.
    pub(super) fn are_held(&self) -> bool {
        self.keys.iter().any(|key| key.revocation.is_shared())
    }
}
