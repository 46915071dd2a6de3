//! A store of keys that does not answer.

use std::time::SystemTime;

use tollbar::plan::key::{KeyDigest, KeyEntry, KeyError, KeyId, KeyRecord, KeyStore, StoreError};

/// The key store of a host whose server is down. That of the gateway is a file, of which it goes on with
/// what it has read last.
#[derive(Clone, Copy, Debug)]
pub(super) struct BrokenStore;

fn down() -> StoreError {
    StoreError::new("the server of the keys does not answer")
}

impl KeyStore for BrokenStore {
    async fn find(&self, _: &KeyDigest) -> Result<Option<KeyEntry>, StoreError> {
        Err(down())
    }

    async fn get(&self, _: &KeyId) -> Result<Option<KeyRecord>, StoreError> {
        Err(down())
    }

    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Err(down())
    }

    async fn insert(&self, _: KeyRecord) -> Result<(), KeyError> {
        Err(down().into())
    }

    async fn update<C>(&self, _: &KeyId, _: C) -> Result<KeyRecord, KeyError>
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static,
    {
        Err(down().into())
    }

    async fn remove<C>(&self, _: Vec<KeyId>, _: C) -> Result<Vec<KeyRecord>, KeyError>
    where
        C: FnMut(&KeyRecord) -> bool + Send + 'static,
    {
        Err(down().into())
    }

    async fn record_uses(&self, _: Vec<(KeyId, SystemTime)>) -> Result<(), StoreError> {
        Err(down())
    }
}
