//! What is known of a key.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use super::{KeyDigest, KeyId, Proxies};

/// All that is known of a key, except the key itself.
///
/// Times are whole seconds. What may stand in it is bounded, see [`check`](Self::check).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRecord {
    /// What names it for good.
    pub id: KeyId,
    /// What people call it. No two keys that are not revoked have the same name.
    pub name: String,
    /// On whose behalf it acts: the subject of the consumer.
    pub owner: Option<String>,
    /// Which proxies it opens.
    pub proxies: Proxies,
    /// What it was granted (RFC 6749 section 3.3).
    pub scopes: BTreeSet<String>,
    /// Whatever else people note down. Decides nothing.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created: SystemTime,
    /// When it ends by itself; `None` is never.
    pub expires: Option<SystemTime>,
    /// Since when it is suspended.
    pub suspended: Option<SystemTime>,
    /// Since when it is revoked, which is for good.
    pub revoked: Option<SystemTime>,
    /// When it last opened a proxy, as far as that has been written down.
    pub last_used: Option<SystemTime>,
    /// Its secrets, oldest first: one, or several after a rotation.
    pub secrets: Vec<KeySecret>,
}

/// One secret of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeySecret {
    /// The keyed hash of its text.
    pub digest: KeyDigest,
    /// When it was made.
    pub created: SystemTime,
    /// Until when it works, once another one has taken its place.
    pub expires: Option<SystemTime>,
}

/// What a key is good for at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// It was suspended, and can be resumed.
    Suspended,
    /// It was revoked for good.
    Revoked,
}

impl KeyRecord {
    /// A key that opens nothing yet.
    pub(super) fn new(id: KeyId, name: String, secret: KeySecret) -> Self {
        Self {
            id,
            name,
            owner: None,
            proxies: Proxies::default(),
            scopes: BTreeSet::new(),
            metadata: BTreeMap::new(),
            created: secret.created,
            expires: None,
            suspended: None,
            revoked: None,
            last_used: None,
            secrets: vec![secret],
        }
    }

    /// What the key is good for at this time. Of several reasons against it the one that lasts
    /// longest counts: revoked, then suspended, then expired.
    #[must_use]
    pub fn state(&self, now: SystemTime) -> KeyState {
        if self.revoked.is_some() {
            KeyState::Revoked
        } else if self.suspended.is_some() {
            KeyState::Suspended
        } else if self.expires.is_some_and(|time| time <= now) {
            KeyState::Expired
        } else {
            KeyState::Active
        }
    }

    /// The secrets that work at this time, as far as the key itself does.
    pub fn live_secrets(&self, now: SystemTime) -> impl Iterator<Item = &KeySecret> {
        self.secrets
            .iter()
            .filter(move |secret| secret.is_live(now))
    }
}

impl KeySecret {
    /// Whether it works at this time, as far as the key itself does.
    #[must_use]
    pub fn is_live(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|time| time > now)
    }
}

impl KeyState {
    /// The state as one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}
