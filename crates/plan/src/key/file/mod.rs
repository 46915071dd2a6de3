//! Keys in a file.

mod access;
mod document;
mod error;
mod follow;
mod lock;
mod pepper_file;
mod place;
mod shared;
mod stamp;

pub use self::error::KeyFileError;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::task::spawn_blocking;

use self::{place::Place, shared::Shared};
use super::{KeyDigest, KeyEntry, KeyError, KeyId, KeyRecord, KeyStore, Pepper, StoreError};

/// The longest key file, in bytes: more than half a million keys.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Keys in a JSON file that any number of processes of one machine use at once.
///
/// Each change is made under a lock (`<file>.lock`), on what stands in the file at that moment, and
/// replaces the file as a whole: written beside it, flushed to the disk, renamed. A process that is
/// killed leaves the file as it was before or after. The file is for its owner only (mode 0600); one
/// that other users may write is refused. It holds no key: only digests, made with a [`Pepper`] that
/// stands elsewhere.
///
/// Requests are answered from memory. Spawn [`follow`](Self::follow), or changes of other processes
/// are seen only when something else is asked of this store:
///
/// - A change is live after [`poll_interval`](Self::poll_interval), and a new key at once: for a key
///   that is not known the file is looked at again, at most 20 times a second.
/// - While the file is damaged, or was hashed with another pepper, the keys that were read before
///   stay; when it has gone, no key works. Both are logged once, as errors.
///
/// Clones share the store. Its futures need a Tokio runtime, whose blocking threads do the work.
/// The lock does not reach over network file systems that keep no `flock`.
///
/// ```
/// use tollbar_plan::key::{FileStore, Keys, NewKey};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("keys.json");
/// let (store, pepper) = FileStore::open_with_pepper_file(&path, folder.path().join("pepper"))?;
/// let (key, record) = Keys::new(store, pepper.clone()).create(NewKey::new("ci").all_proxies()).await?;
///
/// // Another process:
/// let keys = Keys::new(FileStore::open(&path, &pepper)?, pepper);
/// assert_eq!(keys.identify(key.expose()).await?.unwrap().id, record.id);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileStore {
    shared: Arc<Shared>,
    poll_interval: Duration,
    uses_interval: Duration,
    lock_timeout: Duration,
}

/// How long a writer waits for the lock, unless told otherwise.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

impl FileStore {
    /// Opens the key file that belongs to this pepper. A file that is not there is one without keys,
    /// and is made with the first one: opening it makes nothing, no lock either. Reads the file, and
    /// so blocks for a moment.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`].
    pub fn open(path: impl Into<PathBuf>, pepper: &Pepper) -> Result<Self, KeyFileError> {
        Ok(Self {
            shared: Arc::new(Shared::open(Place::new(path), pepper)?),
            poll_interval: Duration::from_millis(250),
            uses_interval: Duration::from_secs(60),
            lock_timeout: LOCK_TIMEOUT,
        })
    }

    /// Opens a key file whose pepper stands in another file. When there is no pepper yet, and no
    /// key, a pepper of 32 random bytes is made and written there (mode 0600); where keys are, it is
    /// never made anew.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and [`KeyFileError::PepperMissing`] when there are keys and no
    /// pepper.
    pub fn open_with_pepper_file(
        path: impl Into<PathBuf>,
        pepper: impl Into<PathBuf>,
    ) -> Result<(Self, Pepper), KeyFileError> {
        let path = path.into();
        let pepper = pepper_file::open(&Place::new(&path), pepper.into(), LOCK_TIMEOUT)?;
        Ok((Self::open(path, &pepper)?, pepper))
    }

    /// Opens a key file whose pepper stands in another file, to look at its keys: as
    /// [`open_with_pepper_file`](Self::open_with_pepper_file), but makes nothing, neither pepper nor
    /// lock. `None` when there is neither a pepper nor a key yet.
    ///
    /// The store can be changed like any other. Changes make the files that they need.
    ///
    /// ```
    /// use tollbar_plan::key::FileStore;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let (keys, pepper) = (folder.path().join("keys.json"), folder.path().join("pepper"));
    /// assert!(FileStore::look(&keys, &pepper)?.is_none());
    /// assert!(!pepper.exists());
    ///
    /// FileStore::open_with_pepper_file(&keys, &pepper)?;
    /// assert!(FileStore::look(&keys, &pepper)?.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`open_with_pepper_file`](Self::open_with_pepper_file).
    pub fn look(
        path: impl Into<PathBuf>,
        pepper: impl Into<PathBuf>,
    ) -> Result<Option<(Self, Pepper)>, KeyFileError> {
        let path = path.into();
        match pepper_file::look(&Place::new(&path), pepper.into())? {
            Some(pepper) => Ok(Some((Self::open(path, &pepper)?, pepper))),
            None => Ok(None),
        }
    }

    /// Sets how often [`follow`](Self::follow) looks whether the file has changed. Default: 250 ms.
    #[must_use]
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Sets how often [`follow`](Self::follow) writes down when keys were last used. Default: 60 s.
    #[must_use]
    pub const fn uses_interval(mut self, interval: Duration) -> Self {
        self.uses_interval = interval;
        self
    }

    /// Sets how long a change waits for other processes. Default: 10 s.
    #[must_use]
    pub const fn lock_timeout(mut self, patience: Duration) -> Self {
        self.lock_timeout = patience;
        self
    }

    /// Where the keys are.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.shared.place.path()
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.shared);
        spawn_blocking(move || work(&shared))
            .await
            .map_err(StoreError::new)
    }
}

impl KeyStore for FileStore {
    async fn find(&self, digest: &KeyDigest) -> Result<Option<KeyEntry>, StoreError> {
        let found = self.shared.table.find(digest);
        if found.is_some() || !self.shared.may_ask_again() {
            return Ok(found);
        }
        // It may have been made a moment ago. What is wrong with the file is logged there.
        let _ = self.blocking(Shared::refresh).await;
        Ok(self.shared.table.find(digest))
    }

    async fn get(&self, id: &KeyId) -> Result<Option<KeyRecord>, StoreError> {
        let id = id.clone();
        self.blocking(move |shared| {
            let find = |record: &Arc<_>| shared.table.show(record);
            shared.with_fresh(|ledger| ledger.get(&id).map(find))
        })
        .await?
    }

    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.blocking(|shared| shared.with_fresh(|ledger| shared.table.list(ledger)))
            .await?
    }

    async fn insert(&self, record: KeyRecord) -> Result<(), KeyError> {
        let patience = self.lock_timeout;
        self.blocking(move |shared| {
            shared.change(patience, |ledger| Ok((ledger.insert(record)?, true)))
        })
        .await?
    }

    async fn update<C>(&self, id: &KeyId, change: C) -> Result<KeyRecord, KeyError>
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static,
    {
        let (id, patience) = (id.clone(), self.lock_timeout);
        self.blocking(move |shared| {
            let record = shared.change(patience, |ledger| ledger.update(&id, change))?;
            Ok(shared.table.show(&record))
        })
        .await?
    }

    async fn remove<C>(&self, ids: Vec<KeyId>, still: C) -> Result<Vec<KeyRecord>, KeyError>
    where
        C: FnMut(&KeyRecord) -> bool + Send + 'static,
    {
        let patience = self.lock_timeout;
        self.blocking(move |shared| {
            shared.change(patience, |ledger| {
                let removed = ledger.remove(&ids, still);
                let changed = !removed.is_empty();
                Ok((removed, changed))
            })
        })
        .await?
    }

    async fn record_uses(&self, uses: Vec<(KeyId, SystemTime)>) -> Result<(), StoreError> {
        let patience = self.lock_timeout;
        let recorded = self
            .blocking(move |shared| {
                shared.change(patience, |ledger| Ok(((), ledger.record_uses(&uses))))
            })
            .await?;
        recorded.map_err(|error| match error {
            KeyError::Store(error) => error,
            error => StoreError::new(error),
        })
    }
}
