//! Where keys are kept.

use std::time::SystemTime;

use super::{KeyDigest, KeyEntry, KeyError, KeyId, KeyRecord, StoreError};

/// Where keys are kept: [`MemoryStore`](super::MemoryStore), [`FileStore`](super::FileStore), or one
/// that several gateways share.
///
/// What every store promises:
///
/// - Each change happens as a whole or not at all, whoever else changes the same store at that
///   time, and is seen by [`find`](Self::find) of the same value once its future is done. Other
///   processes that look at the same keys see it within a bound that the store states.
/// - Ids and digests are unique for all records, names for those that are not revoked.
/// - Nothing is kept that does not pass [`KeyRecord::check`] and [`KeyRecord::may_follow`].
/// - When the rights of a secret change or end, the [`Revocation`](tollbar_core::Revocation) of its
///   entry is revoked, so that open streams end. [`KeyTable`](super::KeyTable) does that.
///
/// A dropped future may leave its change done or not done, never half done.
pub trait KeyStore: Send + Sync + 'static {
    /// The entry of the secret with this digest, for the plan: once for every request. A store that
    /// has its keys at hand does not allocate and takes no lock here.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be found out. "Unknown" is `None`.
    fn find(
        &self,
        digest: &KeyDigest,
    ) -> impl Future<Output = Result<Option<KeyEntry>, StoreError>> + Send;

    /// The record of a key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be found out.
    fn get(&self, id: &KeyId)
    -> impl Future<Output = Result<Option<KeyRecord>, StoreError>> + Send;

    /// All records, the oldest first, equally old ones by id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be found out.
    fn list(&self) -> impl Future<Output = Result<Vec<KeyRecord>, StoreError>> + Send;

    /// Keeps a new record.
    ///
    /// # Errors
    ///
    /// [`KeyError::NameTaken`], [`KeyError::Taken`] or [`KeyError::Invalid`], and then nothing has
    /// changed; [`KeyError::Store`].
    fn insert(&self, record: KeyRecord) -> impl Future<Output = Result<(), KeyError>> + Send;

    /// Changes a record: gives the closure the present one, and keeps what comes out. A store that
    /// finds the record changed meanwhile asks the closure again, with the new one (compare and
    /// swap), so that it may be called several times. Gives what was kept.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unknown`], or what the closure says, or as [`insert`](Self::insert), and then
    /// nothing has changed; [`KeyError::Store`].
    fn update<C>(
        &self,
        id: &KeyId,
        change: C,
    ) -> impl Future<Output = Result<KeyRecord, KeyError>> + Send
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static;

    /// Forgets those of these keys that the closure still wants forgotten, all in one change, and
    /// gives their records. Ids that are not there are passed over.
    ///
    /// # Errors
    ///
    /// [`KeyError::Store`].
    fn remove<C>(
        &self,
        ids: Vec<KeyId>,
        still: C,
    ) -> impl Future<Output = Result<Vec<KeyRecord>, KeyError>> + Send
    where
        C: FnMut(&KeyRecord) -> bool + Send + 'static;

    /// Writes down when keys were used, all in one change. An earlier time than the one on record,
    /// and an id that is not there, are passed over.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written.
    fn record_uses(
        &self,
        uses: Vec<(KeyId, SystemTime)>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
