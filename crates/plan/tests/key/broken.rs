//! A store that cannot work.

use std::time::SystemTime;

use tollbar_core::{Exchange, Kind};
use tollbar_plan::{
    Credential, Plan as _,
    key::{
        Key, KeyDigest, KeyEntry, KeyError, KeyId, KeyPlan, KeyRecord, KeyStore, Keys, StoreError,
    },
};

use crate::support::pepper;

/// Of no use, and says so.
struct Broken;

fn broken() -> StoreError {
    StoreError::new("the server at db.internal has gone")
}

impl KeyStore for Broken {
    async fn find(&self, _: &KeyDigest) -> Result<Option<KeyEntry>, StoreError> {
        Err(broken())
    }

    async fn get(&self, _: &KeyId) -> Result<Option<KeyRecord>, StoreError> {
        Err(broken())
    }

    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Err(broken())
    }

    async fn insert(&self, _: KeyRecord) -> Result<(), KeyError> {
        Err(broken().into())
    }

    async fn update<C>(&self, _: &KeyId, _: C) -> Result<KeyRecord, KeyError>
    where
        C: FnMut(&mut KeyRecord) -> Result<(), KeyError> + Send + 'static,
    {
        Err(broken().into())
    }

    async fn remove<C>(&self, _: Vec<KeyId>, _: C) -> Result<Vec<KeyRecord>, KeyError>
    where
        C: FnMut(&KeyRecord) -> bool + Send + 'static,
    {
        Err(broken().into())
    }

    async fn record_uses(&self, _: Vec<(KeyId, SystemTime)>) -> Result<(), StoreError> {
        Err(broken())
    }
}

#[tokio::test]
async fn a_store_that_fails_lets_nobody_in() {
    let plan = KeyPlan::new(Broken, pepper());
    let key = Key::generate().unwrap();
    let exchange = Exchange::new();
    let token = Credential::Token(key.expose());
    let refusal = plan.identify(token, &exchange).await.unwrap_err();
    assert_eq!(
        (refusal.kind(), refusal.reason()),
        (Kind::Unavailable, "key_store_unavailable")
    );
    assert!(!refusal.message().contains("db.internal"));
    let response = refusal.into_response(&exchange);
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"5".parse().unwrap())
    );
    let said = Keys::new(Broken, pepper())
        .show("ci")
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("db.internal"), "{said}");
}
