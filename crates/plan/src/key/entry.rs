//! What a request needs to know of a key.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::SystemTime,
};

use tollbar_core::{Consumer, Revocation};

use super::{KeyId, KeyRecord, KeySecret, KeyState, Timestamp};

/// One secret of a key, prepared for requests. Cheap to clone.
///
/// Made by a [`KeyTable`](super::KeyTable).
#[derive(Clone, Debug)]
pub struct KeyEntry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Its rights are those of now. Its metadata and its last use may be older.
    record: Arc<KeyRecord>,
    /// Until when this secret works.
    expires: Option<SystemTime>,
    consumer: Consumer,
    revocation: Revocation,
    used: Arc<LastUse>,
}

impl KeyEntry {
    /// A new entry. One that only ends at another time than an earlier one has its revocation: what
    /// goes on under it goes on until that time.
    pub(super) fn new(
        record: &Arc<KeyRecord>,
        secret: &KeySecret,
        used: &Arc<LastUse>,
        earlier: Option<&Self>,
    ) -> Self {
        let mut consumer = Consumer::new("key")
            .with_key_id(record.id.as_str())
            .with_key_name(record.name.as_str())
            .with_scopes(record.scopes.iter().map(String::as_str));
        if let Some(owner) = &record.owner {
            consumer = consumer.with_subject(owner.as_str());
        }
        let entry = Self(Arc::new(Inner {
            record: Arc::clone(record),
            expires: secret.expires,
            consumer,
            revocation: match earlier {
                Some(earlier) => earlier.revocation().clone(),
                None => Revocation::new(),
            },
            used: Arc::clone(used),
        }));
        if earlier.is_none() {
            entry.revocation().revoke_at(entry.ends());
        }
        entry
    }

    /// The id of the key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.0.record.id
    }

    /// Who asks, when this key is presented.
    #[must_use]
    pub fn consumer(&self) -> &Consumer {
        &self.0.consumer
    }

    /// Is revoked when the rights of this secret change, and when they end.
    #[must_use]
    pub fn revocation(&self) -> &Revocation {
        &self.0.revocation
    }

    /// When this secret ends by itself: with its key, or when it was rotated out.
    #[must_use]
    pub fn ends(&self) -> Option<SystemTime> {
        let times = [self.0.record.expires, self.0.expires];
        times.into_iter().flatten().min()
    }

    /// What the key is good for at this time.
    #[must_use]
    pub fn state(&self, now: SystemTime) -> KeyState {
        self.0.record.state(now)
    }

    /// Whether another secret has taken the place of this one by this time.
    #[must_use]
    pub fn is_rotated_out(&self, now: SystemTime) -> bool {
        self.0.expires.is_some_and(|time| time <= now)
    }

    /// Whether the key opens the proxy of this name. `None` is a proxy without a name.
    #[must_use]
    pub fn opens(&self, proxy: Option<&str>) -> bool {
        self.0.record.proxies.open(proxy)
    }

    /// Notes that the key was used at this time. The store writes it down later.
    pub fn mark_used(&self, now: SystemTime) {
        self.0.used.mark(now);
    }

    /// Whether what was let in by the other one goes on under this one.
    pub(super) fn continues(&self, other: &Self) -> bool {
        self.revocation().is(other.revocation())
    }

    /// Whether a request would be judged the same by this entry and by a new one.
    pub(super) fn has_rights_of(&self, record: &KeyRecord, secret: &KeySecret) -> bool {
        self.0.expires == secret.expires
            && self.0.record.expires == record.expires
            && self.differs_in_its_end_only(record, secret)
    }

    /// Whether a request would be judged the same by this entry and by a new one, but for when it
    /// ends.
    pub(super) fn differs_in_its_end_only(&self, record: &KeyRecord, secret: &KeySecret) -> bool {
        let own = &*self.0.record;
        let now = SystemTime::now();
        let has_ended = |end: Option<SystemTime>| end.is_some_and(|end| end <= now);
        !has_ended(record.expires)
            && !has_ended(secret.expires)
            && own.id == record.id
            && own.name == record.name
            && own.owner == record.owner
            && own.proxies == record.proxies
            && own.scopes == record.scopes
            && own.suspended == record.suspended
            && own.revoked == record.revoked
    }
}

/// When a key was last used: seconds since 1970, 0 for never. All secrets of a key share it, and so
/// do all entries that follow one another.
#[derive(Debug, Default)]
pub(super) struct LastUse(AtomicU64);

impl LastUse {
    pub(super) fn mark(&self, now: SystemTime) {
        let now = Timestamp::from(now).seconds();
        // Most requests come in a second that is noted already: they leave the cache line alone.
        if self.0.load(Relaxed) < now {
            self.0.fetch_max(now, Relaxed);
        }
    }

    pub(super) fn time(&self) -> Option<SystemTime> {
        let seconds = self.0.load(Relaxed);
        (seconds > 0).then(|| Timestamp::of_seconds(seconds).time())
    }
}
