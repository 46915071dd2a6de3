//! The plan that judges bearer keys.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{HeaderName, header::AUTHORIZATION};
use tollbar_core::{Exchange, Grant, Kind, Refusal};

use super::{InvalidKey, KeyEntry, KeyState, KeyStore, Pepper, text};
use crate::{Admission, Credential, Fit, Identify, Plan, Source};

/// When a client may ask again after the store has failed.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Admits those who present a bearer key of a store.
///
/// A request costs one HMAC and one look into a table. What has not the form of a key, with its
/// checksum, is refused before that; known and unknown keys take the same path.
///
/// ```
/// use tollbar_core::Exchange;
/// use tollbar_plan::{Credential, Plan, key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper}};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let (store, pepper) = (MemoryStore::new(), Pepper::generate()?);
/// let keys = Keys::new(store.clone(), pepper.clone());
/// let (key, _) = keys.create(NewKey::new("ci").proxy("mock")).await?;
///
/// let plan = KeyPlan::new(store, pepper).proxy("mock");
/// let exchange = Exchange::new();
/// let admission = plan.identify(Credential::Token(key.expose()), &exchange).await.unwrap();
/// assert_eq!(admission.consumer.key_name(), Some("ci"));
///
/// keys.revoke("ci").await?;
/// assert!(admission.grant.has_ended());
/// let refusal = plan.identify(Credential::Token(key.expose()), &exchange).await.unwrap_err();
/// assert_eq!(refusal.reason(), "key_revoked");
/// # Ok::<(), tollbar_plan::key::KeyError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyPlan<S> {
    store: S,
    pepper: Pepper,
    name: Arc<str>,
    proxy: Option<Box<str>>,
    header: HeaderName,
}

impl<S: KeyStore> KeyPlan<S> {
    /// The plan `key`, for the keys of this store, which were made with this pepper. It reads
    /// `Authorization` and has no proxy.
    pub fn new(store: S, pepper: Pepper) -> Self {
        Self {
            store,
            pepper,
            name: "key".into(),
            proxy: None,
            header: AUTHORIZATION,
        }
    }

    /// Calls the plan something else.
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the proxy that this plan stands in front of: keys must open it. Without this only keys
    /// for all proxies pass.
    #[must_use]
    pub fn proxy(mut self, name: impl Into<Box<str>>) -> Self {
        self.proxy = Some(name.into());
        self
    }

    /// Reads the key from another header, with or without `Bearer` in front.
    #[must_use]
    pub fn header(mut self, header: HeaderName) -> Self {
        self.header = header;
        self
    }

    async fn judge(
        &self,
        credential: Credential<'_>,
        exchange: &Exchange,
    ) -> Result<Admission, Refusal> {
        let Credential::Token(token) = credential else {
            return Err(malformed(InvalidKey::Form));
        };
        text::check(token).map_err(malformed)?;
        let digest = self.pepper.digest_text(token);
        let found = self.store.find(&digest).await.map_err(|error| {
            tracing::warn!(%error, plan = &*self.name, "the key store does not answer");
            Refusal::new(
                Kind::Unavailable,
                "key_store_unavailable",
                "keys cannot be checked at the moment",
            )
            .with_retry_after(RETRY_AFTER)
        })?;
        let Some(entry) = found else {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "key_unknown",
                "this key is not known",
            ));
        };
        let now = SystemTime::now();
        let consumer = entry.consumer().clone().with_plan(Arc::clone(&self.name));
        if let Err(refusal) = self.check(&entry, now) {
            // The log can tell whose key it was.
            let _ = exchange.set_consumer(consumer);
            return Err(refusal);
        }
        entry.mark_used(now);
        // It knows of the end too, which may be moved while a stream is open.
        let grant = Grant::new().until_revoked(entry.revocation());
        Ok(Admission::new(consumer).with_grant(grant))
    }

    /// Whether a known key opens this door now. What may be told of it depends on what was shown:
    /// the holder of an old secret learns nothing of the key.
    fn check(&self, entry: &KeyEntry, now: SystemTime) -> Result<(), Refusal> {
        if entry.is_rotated_out(now) {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "key_rotated",
                "this key was replaced by a newer one",
            ));
        }
        match entry.state(now) {
            KeyState::Revoked => Err(Refusal::new(
                Kind::Unauthenticated,
                "key_revoked",
                "this key was revoked",
            )),
            KeyState::Expired => Err(Refusal::new(
                Kind::Unauthenticated,
                "key_expired",
                "this key has expired",
            )),
            KeyState::Suspended => Err(Refusal::new(
                Kind::Forbidden,
                "key_suspended",
                "this key is suspended",
            )),
            KeyState::Active if !entry.opens(self.proxy.as_deref()) => Err(Refusal::new(
                Kind::Forbidden,
                "key_other_proxy",
                "this key is not for this proxy",
            )),
            KeyState::Active => Ok(()),
        }
    }
}

impl<S: KeyStore> Plan for KeyPlan<S> {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Source {
        match self.header == AUTHORIZATION {
            true => Source::Authorization,
            false => Source::Header(self.header.clone()),
        }
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Token(token) if text::looks_like_a_key(token) => Fit::Certain,
            Credential::Token(_) => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        Box::pin(self.judge(credential, exchange))
    }
}

impl<S> fmt::Debug for KeyPlan<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPlan")
            .field("name", &self.name)
            .field("proxy", &self.proxy)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

fn malformed(error: InvalidKey) -> Refusal {
    Refusal::new(Kind::Unauthenticated, "key_malformed", error.to_string())
}
