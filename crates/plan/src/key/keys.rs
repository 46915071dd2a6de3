//! Keys are made, changed and ended.

use std::time::{Duration, SystemTime};

use super::{
    Key, KeyChange, KeyDigest, KeyError, KeyId, KeyRecord, KeySecret, KeyStore, NewKey, Pepper,
    StoreError, Timestamp, text,
};

/// Makes, changes and ends the keys of a store.
///
/// A key is meant by its id or its name. A name means the key that has it and is not revoked; when
/// there is none, the revoked key that had it.
///
/// ```
/// use std::time::Duration;
/// use tollbar_plan::key::{KeyState, Keys, MemoryStore, NewKey, Pepper};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let keys = Keys::new(MemoryStore::new(), Pepper::generate()?);
/// let (first, record) = keys.create(NewKey::new("ci").proxy("mock")).await?;
///
/// // The first secret works for another hour.
/// let (second, _) = keys.rotate("ci", Duration::from_secs(3600)).await?;
/// assert_eq!(keys.identify(first.expose()).await?.unwrap().id, record.id);
/// assert_eq!(keys.identify(second.expose()).await?.unwrap().id, record.id);
///
/// let revoked = keys.revoke("ci").await?;
/// assert_eq!(revoked.state(std::time::SystemTime::now()), KeyState::Revoked);
/// # Ok::<(), tollbar_plan::key::KeyError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Keys<S> {
    store: S,
    pepper: Pepper,
}

impl<S: KeyStore> Keys<S> {
    /// The keys of this store, hashed with this pepper: the same one that the
    /// [`KeyPlan`](super::KeyPlan) has.
    pub const fn new(store: S, pepper: Pepper) -> Self {
        Self { store, pepper }
    }

    /// Makes a key. Its text is in no store and cannot be had again.
    ///
    /// # Errors
    ///
    /// [`KeyError::NameTaken`], [`KeyError::Secret`], [`KeyError::Invalid`],
    /// [`KeyError::NoRandomness`] and [`KeyError::Store`].
    pub async fn create(&self, new: NewKey) -> Result<(Key, KeyRecord), KeyError> {
        check_name(new.name())?;
        let (key, secret) = self.secret(Timestamp::now())?;
        let mut record = KeyRecord::new(KeyId::generate()?, String::new(), secret);
        new.apply(&mut record);
        self.store.insert(record.clone()).await?;
        Ok((key, record))
    }

    /// All keys, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.list().await
    }

    /// The key of this name or id.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unknown`], [`KeyError::Secret`], [`KeyError::Ambiguous`] and [`KeyError::Store`].
    pub async fn show(&self, key: &str) -> Result<KeyRecord, KeyError> {
        if let Ok(id) = key.parse() {
            let record = self.store.get(&id).await?;
            return record.ok_or_else(|| KeyError::Unknown(key.to_owned()));
        }
        let mut named = self.store.list().await?;
        named.retain(|record| record.name == key);
        if let Some(at) = named.iter().position(|record| record.revoked.is_none()) {
            return Ok(named.swap_remove(at));
        }
        match (named.pop(), named.is_empty()) {
            (Some(record), true) => Ok(record),
            (None, _) if Key::may_stand_in(key) => Err(KeyError::Secret),
            (None, _) => Err(KeyError::Unknown(key.to_owned())),
            (Some(last), false) => Err(KeyError::Ambiguous {
                name: key.to_owned(),
                ids: named
                    .into_iter()
                    .chain([last])
                    .map(|each| each.id)
                    .collect(),
            }),
        }
    }

    /// Changes what a key is called, what it opens, and when it ends.
    ///
    /// # Errors
    ///
    /// As [`show`](Self::show); [`KeyError::Revoked`], [`KeyError::NameTaken`] and
    /// [`KeyError::Invalid`].
    pub async fn update(&self, key: &str, change: KeyChange) -> Result<KeyRecord, KeyError> {
        change.new_name().map_or(Ok(()), check_name)?;
        self.change(key, move |record| {
            change.apply(record);
            Ok(())
        })
        .await
    }

    /// Gives a key a new secret. Its present ones work until the overlap is over, 0 is at once.
    ///
    /// # Errors
    ///
    /// As [`show`](Self::show); [`KeyError::Revoked`], [`KeyError::Expired`],
    /// [`KeyError::TooManySecrets`] and [`KeyError::NoRandomness`].
    pub async fn rotate(&self, key: &str, overlap: Duration) -> Result<(Key, KeyRecord), KeyError> {
        let now = Timestamp::now();
        let (text, secret) = self.secret(now)?;
        let until = now.time().checked_add(overlap).map(Timestamp::from);
        let record = self
            .change(key, move |record| {
                rotate(record, secret.clone(), now.time(), until)
            })
            .await?;
        Ok((text, record))
    }

    /// Suspends a key: it opens nothing until it is resumed. Suspending it again changes nothing.
    ///
    /// # Errors
    ///
    /// As [`show`](Self::show), and [`KeyError::Revoked`].
    pub async fn suspend(&self, key: &str) -> Result<KeyRecord, KeyError> {
        let now = Timestamp::now().time();
        self.change(key, move |record| {
            record.suspended.get_or_insert(now);
            Ok(())
        })
        .await
    }

    /// Lets a suspended key work again. One that is not suspended stays as it is.
    ///
    /// # Errors
    ///
    /// As [`show`](Self::show), and [`KeyError::Revoked`].
    pub async fn resume(&self, key: &str) -> Result<KeyRecord, KeyError> {
        self.change(key, |record| {
            record.suspended = None;
            Ok(())
        })
        .await
    }

    /// Revokes a key for good, with all its secrets. Revoking it again changes nothing.
    ///
    /// # Errors
    ///
    /// As [`show`](Self::show).
    pub async fn revoke(&self, key: &str) -> Result<KeyRecord, KeyError> {
        let id = self.show(key).await?.id;
        let now = Timestamp::now().time();
        let revoke = move |record: &mut KeyRecord| {
            record.revoked.get_or_insert(now);
            Ok(())
        };
        self.store.update(&id, revoke).await
    }

    /// Forgets the keys that were revoked or have expired longer ago than this, and gives their
    /// records. Whoever presents one later presents an unknown key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Store`].
    pub async fn prune(&self, older_than: Duration) -> Result<Vec<KeyRecord>, KeyError> {
        let Some(before) = SystemTime::now().checked_sub(older_than) else {
            return Ok(Vec::new());
        };
        let is_old = move |record: &KeyRecord| {
            let ended = [record.revoked, record.expires];
            ended.into_iter().flatten().any(|time| time <= before)
        };
        let records = self.store.list().await?;
        let old = records.into_iter().filter(|record| is_old(record));
        let ids: Vec<KeyId> = old.map(|record| record.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.store.remove(ids, is_old).await
    }

    /// The key that a text is: `None` when the text is not a key, or one that nobody knows. It may
    /// be suspended, ended or rotated out: the record tells.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn identify(&self, text: &str) -> Result<Option<KeyRecord>, StoreError> {
        if text::check(text).is_err() {
            return Ok(None);
        }
        let digest = self.pepper.digest_text(text);
        match self.store.find(&digest).await? {
            Some(entry) => self.store.get(entry.id()).await,
            None => Ok(None),
        }
    }

    /// The digest that the store has of a key, to tell which secret of a record it is.
    #[must_use]
    pub fn digest(&self, key: &Key) -> KeyDigest {
        self.pepper.digest(key)
    }

    fn secret(&self, now: Timestamp) -> Result<(Key, KeySecret), KeyError> {
        let key = Key::generate()?;
        let secret = KeySecret {
            digest: self.pepper.digest(&key),
            created: now.time(),
            expires: None,
        };
        Ok((key, secret))
    }

    /// Changes a key that is not revoked.
    async fn change<C>(&self, key: &str, mut change: C) -> Result<KeyRecord, KeyError>
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static,
    {
        let id = self.show(key).await?.id;
        let guarded = move |record: &mut KeyRecord| match record.revoked {
            Some(_) => Err(KeyError::Revoked(record.id.clone())),
            None => change(record),
        };
        self.store.update(&id, guarded).await
    }
}

/// Lists show names: none may be a secret.
fn check_name(name: &str) -> Result<(), KeyError> {
    match Key::may_stand_in(name) {
        true => Err(KeyError::Secret),
        false => Ok(()),
    }
}

/// Puts a secret in the place of the present ones, which work until then.
fn rotate(
    record: &mut KeyRecord,
    secret: KeySecret,
    now: SystemTime,
    until: Option<Timestamp>,
) -> Result<(), KeyError> {
    if record.expires.is_some_and(|time| time <= now) {
        return Err(KeyError::Expired(record.id.clone()));
    }
    if let Some(until) = until.map(Timestamp::time) {
        // Those that have ended keep the time at which they did.
        for old in &mut record.secrets {
            old.expires = Some(old.expires.map_or(until, |earlier| earlier.min(until)));
        }
    }
    record.secrets.push(secret);
    if record.live_secrets(now).count() > KeyRecord::MOST_LIVE_SECRETS {
        return Err(KeyError::TooManySecrets {
            id: record.id.clone(),
            most: KeyRecord::MOST_LIVE_SECRETS,
        });
    }
    // The oldest that have ended are forgotten. At most five have not.
    let mut surplus = record.secrets.len().saturating_sub(KeyRecord::MOST_SECRETS);
    record.secrets.retain(|secret| {
        let forgotten = surplus > 0 && !secret.is_live(now);
        surplus -= usize::from(forgotten);
        !forgotten
    });
    Ok(())
}
