//! The keys by which tokens are signed.

use std::sync::Arc;

use super::AuthorizationServer;
use crate::{
    jwt::{KeySet, KeySource},
    unavailable::Unavailable,
};

impl KeySource for AuthorizationServer {
    fn name(&self) -> &str {
        self.name()
    }

    async fn fetch(&self) -> Result<Vec<u8>, Unavailable> {
        self.fetch_keys().await
    }

    fn keys(&self) -> &KeySet {
        &self.0.key_set
    }

    fn weak(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static {
        let weak = Arc::downgrade(&self.0);
        move || weak.upgrade().map(Self)
    }
}
