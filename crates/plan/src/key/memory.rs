//! Keys in memory.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    KeyDigest, KeyEntry, KeyError, KeyId, KeyRecord, KeyStore, KeyTable, StoreError, ledger::Ledger,
};

/// Keys that live as long as the process: for tests, and for hosts that make keys at start.
///
/// Clones share the keys. Changes are seen at once.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    table: KeyTable,
    ledger: Arc<Mutex<Ledger>>,
}

impl MemoryStore {
    /// A store without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read<T>(&self, read: impl FnOnce(&Ledger) -> T) -> T {
        read(&self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A change that panics has happened or not: the ledger is never left between.
    fn change<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = change(&mut ledger);
        self.table.replace(ledger.records().cloned());
        outcome
    }
}

impl KeyStore for MemoryStore {
    async fn find(&self, digest: &KeyDigest) -> Result<Option<KeyEntry>, StoreError> {
        Ok(self.table.find(digest))
    }

    async fn get(&self, id: &KeyId) -> Result<Option<KeyRecord>, StoreError> {
        Ok(self.read(|ledger| ledger.get(id).map(|record| self.table.show(record))))
    }

    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(self.read(|ledger| self.table.list(ledger)))
    }

    async fn insert(&self, record: KeyRecord) -> Result<(), KeyError> {
        self.change(|ledger| ledger.insert(record))
    }

    async fn update<C>(&self, id: &KeyId, change: C) -> Result<KeyRecord, KeyError>
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static,
    {
        let (record, _) = self.change(|ledger| ledger.update(id, change))?;
        Ok(self.table.show(&record))
    }

    async fn remove<C>(&self, ids: Vec<KeyId>, still: C) -> Result<Vec<KeyRecord>, KeyError>
    where
        C: FnMut(&KeyRecord) -> bool + Send + 'static,
    {
        Ok(self.change(|ledger| ledger.remove(&ids, still)))
    }

    async fn record_uses(&self, uses: Vec<(KeyId, SystemTime)>) -> Result<(), StoreError> {
        self.change(|ledger| ledger.record_uses(&uses));
        Ok(())
    }
}
