//! The tokens under which exchanges may be open.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::{task::AbortHandle, time::Instant};
use tollbar_core::Revocation;

use crate::{claims::Known, secret::Secret, verdict::TokenDigest};

/// How many bytes of tokens are kept, of which each may be some KiB long.
const BYTES: usize = 32 << 20;

/// How many times a token may be asked about while one verdict on it holds.
const TICKS: u32 = 8;

/// When what is said of tokens is asked for again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace(pub(super) Duration);

impl Pace {
    /// How often to look which tokens are to be asked about.
    pub(super) fn tick(self) -> Duration {
        (self.0 / TICKS).max(Duration::from_millis(1))
    }

    /// How long a verdict lets in. It is asked for again while it still holds, at the next tick.
    pub(super) fn kept(self) -> Duration {
        self.0.saturating_sub(self.tick())
    }

    /// When nobody knows any more what a token is, since the server cannot be asked.
    fn lost(self) -> Duration {
        self.0.saturating_mul(2).saturating_sub(self.tick())
    }
}

/// What a good token gives.
pub(super) struct Right {
    pub(super) known: Known,
    /// What is said of it, but for what changes by itself.
    pub(super) fingerprint: [u8; 32],
}

/// What moves on by itself: times, and the number of an answer. One that does so with each answer must
/// not end what goes on under the token.
const MOVING: [&str; 6] = ["exp", "iat", "nbf", "auth_time", "jti", "expires_in"];

/// What says the same in any order.
const SETS: [&str; 3] = ["scope", "scp", "aud"];

/// Digests what a server says of a token, but for what moves on by itself.
pub(super) fn fingerprint(claims: &Map<String, Value>, separator: char) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (name, value) in claims
        .iter()
        .filter(|(name, _)| !MOVING.contains(&name.as_str()))
    {
        let value = match SETS.contains(&name.as_str()) {
            true => set(value, separator),
            false => value.to_string(),
        };
        for part in [name, &value] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}

/// The same for all orders of the same texts.
fn set(value: &Value, separator: char) -> String {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let mut members = Vec::new();
    for value in values {
        match value {
            Value::String(text) => {
                let texts = text.split(separator).filter(|text| !text.is_empty());
                members.extend(texts.map(|text| Value::from(text).to_string()));
            }
            value => members.push(value.to_string()),
        }
    }
    members.sort_unstable();
    members.dedup();
    members.join(",")
}

/// The tokens under which exchanges may be open: those of good verdicts that are kept, and of older ones
/// as long as a grant of theirs is held. A token itself is kept here and nowhere else, to ask about it.
pub(super) struct Open {
    pace: Pace,
    limit: usize,
    /// Of tokens.
    bytes: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
pub(super) struct Table {
    tokens: HashMap<TokenDigest, Entry>,
    /// How long these tokens are together.
    bytes: usize,
    /// The task that looks after them.
    pub(super) watcher: Option<AbortHandle>,
}

struct Entry {
    token: Secret,
    /// When what is known of it became known.
    learnt: Instant,
    fingerprint: [u8; 32],
    /// Only grants hold clones of it; what lets in holds the `Arc`.
    revocation: Arc<Revocation>,
}

/// What a look at the tokens has found.
#[derive(Debug, Default)]
pub(super) struct Swept {
    /// Those to ask about now.
    pub(super) due: Vec<TokenDigest>,
    /// How many were given up, with exchanges open under them.
    pub(super) lost: usize,
    /// Whether there is nothing left to look after.
    pub(super) is_over: bool,
}

impl Open {
    pub(super) fn new(pace: Pace, limit: usize) -> Self {
        Self {
            pace,
            limit,
            bytes: BYTES,
            table: Mutex::default(),
        }
    }

    pub(super) const fn pace(&self) -> Pace {
        self.pace
    }

    /// Nothing that holds the lock can panic half-way, so what a panic elsewhere left is whole.
    pub(super) fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a good token, and says what ends the exchanges under it. It is the one that others under the
    /// same token have, as long as the same is said of it. Where there is no room, it is one that ends by
    /// itself when the verdict does: `false` says so.
    pub(super) fn admit(
        &self,
        table: &mut Table,
        digest: TokenDigest,
        token: Secret,
        learnt: Instant,
        right: &Right,
    ) -> (Arc<Revocation>, bool) {
        let ends = right.known.ends();
        let is_known = table.tokens.contains_key(&digest);
        let bytes = table.bytes.saturating_add(token.expose().len());
        let has_room = is_known || (table.tokens.len() < self.limit && bytes <= self.bytes);
        if let Some(entry) = table.tokens.get_mut(&digest) {
            if entry.fingerprint == right.fingerprint && !entry.revocation.is_revoked() {
                entry.learnt = learnt;
                entry.revocation.revoke_at(ends);
                return (Arc::clone(&entry.revocation), true);
            }
            // Somebody else's now, or with other rights.
            entry.revocation.revoke();
        }
        let revocation = Arc::new(Revocation::new());
        revocation.revoke_at(ends);
        if has_room {
            let entry = Entry {
                token,
                learnt,
                fingerprint: right.fingerprint,
                revocation: Arc::clone(&revocation),
            };
            if table.tokens.insert(digest, entry).is_none() {
                table.bytes = bytes;
            }
        } else {
            let kept = SystemTime::now().checked_add(self.pace.kept());
            revocation.revoke_at(kept.into_iter().chain(ends).min());
        }
        (revocation, has_room)
    }

    /// Which tokens to ask about at this time. Forgets those under which nothing is open any more, and
    /// ends what is open under those about which nothing could be learnt in time.
    pub(super) fn sweep(&self, now: Instant) -> Swept {
        let mut table = self.lock();
        let Table { tokens, bytes, .. } = &mut *table;
        let mut swept = Swept::default();
        tokens.retain(|digest, entry| {
            let length = entry.token.expose().len();
            if entry.revocation.is_revoked() {
                *bytes = bytes.saturating_sub(length);
                return false;
            }
            let (age, is_open) = (entry.age(now), entry.revocation.is_shared());
            // By then no verdict lets in by it, so that nobody comes to hold it after this look.
            let is_left = !is_open && age >= self.pace.0;
            let is_lost = age >= self.pace.lost();
            if is_left || is_lost {
                entry.revocation.revoke();
                swept.lost += usize::from(is_open);
            } else if is_open && age >= self.pace.kept() {
                swept.due.push(*digest);
            }
            if is_left || is_lost {
                *bytes = bytes.saturating_sub(length);
            }
            !is_left && !is_lost
        });
        swept.is_over = table.tokens.is_empty();
        if swept.is_over {
            table.tokens.shrink_to_fit();
            table.watcher = None;
        }
        swept
    }

    /// A token that is still to be asked about.
    pub(super) fn due(&self, digest: &TokenDigest, now: Instant) -> Option<Secret> {
        let table = self.lock();
        let entry = table.tokens.get(digest)?;
        let is_due = entry.age(now) >= self.pace.kept() && entry.revocation.is_shared();
        is_due.then(|| entry.token.clone())
    }
}

impl Table {
    /// A token is not good any more: what is open under it ends.
    pub(super) fn end(&mut self, digest: &TokenDigest) {
        if let Some(entry) = self.tokens.remove(digest) {
            self.bytes = self.bytes.saturating_sub(entry.token.expose().len());
            entry.revocation.revoke();
        }
    }

    /// Whether somebody has to be found who looks after the tokens.
    pub(super) fn is_unwatched(&self) -> bool {
        let is_watched = self.watcher.as_ref().is_some_and(|it| !it.is_finished());
        !is_watched && !self.tokens.is_empty()
    }
}

impl Entry {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.learnt)
    }
}
