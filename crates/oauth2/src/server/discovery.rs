//! Finding the metadata of an authorization server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::time::Instant;
use tollbar_fetch::Flight;
use url::Url;

use super::{
    document::Documents, failure::ServerFailure, health::Health, issuer::Issuer, json::Object,
    metadata::Metadata,
};
use crate::unavailable::Unavailable;

/// Where one well-known URL has led to.
pub(super) struct Attempt {
    pub(super) url: Url,
    pub(super) found: Result<Object, ServerFailure>,
}

/// The metadata of a server, found once and then kept. When it is older than its lifetime it is asked
/// for anew in the background, and the old one serves meanwhile; while that fails the old one serves on.
/// Likewise when an endpoint that it names keeps failing.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) issuer: Issuer,
    pub(super) plain_http: bool,
    pub(super) documents: Documents,
    pub(super) lifetime: Duration,
    /// For all attempts together.
    pub(super) timeout: Duration,
    pub(super) health: Health,
    pub(super) found: ArcSwapOption<Found>,
    pub(super) flight: Flight<Result<Arc<Metadata>, Unavailable>>,
}

#[derive(Debug)]
pub(super) struct Found {
    metadata: Arc<Metadata>,
    at: Instant,
    is_doubted: AtomicBool,
}

impl Discovery {
    /// The metadata that is known, or the one that is found now.
    pub(super) async fn metadata(self: &Arc<Self>) -> Result<Arc<Metadata>, Unavailable> {
        let known = self.found.load_full();
        if let Some(found) = known {
            if self.is_good(&found) || self.health.check().is_err() {
                return Ok(Arc::clone(&found.metadata));
            }
            // What nobody has asked for in a long time is worth waiting for.
            if found.at.elapsed() < self.lifetime.saturating_mul(2) {
                self.flight.begin(|| Arc::clone(self).renew());
                return Ok(Arc::clone(&found.metadata));
            }
            let renewed = self.flight.join(|| Arc::clone(self).renew()).await;
            return Ok(match renewed {
                Some(Ok(metadata)) => metadata,
                _ => Arc::clone(&found.metadata),
            });
        }
        self.health.check()?;
        match self.flight.join(|| Arc::clone(self).renew()).await {
            Some(found) => found,
            // The runtime stops.
            None => Err(Unavailable {
                retry_after: Duration::from_secs(1),
            }),
        }
    }

    async fn renew(self: Arc<Self>) -> Result<Arc<Metadata>, Unavailable> {
        // Found while this was on its way to begin.
        if let Some(found) = &*self.found.load()
            && self.is_good(found)
        {
            return Ok(Arc::clone(&found.metadata));
        }
        let document = self.health.watch(self.find()).await?;
        let metadata = Metadata::new(&document, &self.issuer, self.plain_http);
        let metadata = Arc::new(metadata);
        self.found.store(Some(Arc::new(Found {
            metadata: Arc::clone(&metadata),
            at: Instant::now(),
            is_doubted: AtomicBool::new(false),
        })));
        Ok(metadata)
    }

    /// An endpoint that this metadata names has failed for some time: it may have moved. What was found
    /// since may name another one.
    pub(super) fn doubt(&self, metadata: &Arc<Metadata>) {
        if let Some(found) = &*self.found.load()
            && Arc::ptr_eq(&found.metadata, metadata)
        {
            found.is_doubted.store(true, Ordering::Relaxed);
        }
    }

    fn is_good(&self, found: &Found) -> bool {
        found.at.elapsed() < self.lifetime && !found.is_doubted.load(Ordering::Relaxed)
    }

    /// The first document of this issuer, at any of the places where it may be.
    async fn find(&self) -> Result<Object, ServerFailure> {
        let (mut missed, mut retry_after) = (Vec::new(), None);
        for Attempt { url, found } in self.attempts().await {
            match found {
                Ok(document) => return Ok(document),
                Err(failure) => {
                    retry_after = retry_after.max(failure.asked_wait());
                    missed.push(format!("`{}`: {}", url.path(), failure.explained()));
                }
            }
        }
        let told = missed.join("; ");
        Err(ServerFailure::NoMetadata { told, retry_after })
    }

    /// Looks in one place after the other, until there is a document of this issuer, or the server
    /// cannot be reached or wants to be left alone. The last attempt is the one that has found it, if any has.
    pub(super) async fn attempts(&self) -> Vec<Attempt> {
        let begun = Instant::now();
        let mut attempts = Vec::new();
        for url in self.issuer.well_known() {
            let left = self.timeout.saturating_sub(begun.elapsed());
            let found = match tokio::time::timeout(left, self.look(&url)).await {
                Ok(found) => found,
                Err(_) => Err(ServerFailure::late(self.timeout)),
            };
            let is_last = match &found {
                Ok(_) => true,
                Err(failure) => failure.is_unreachable() || failure.asked_wait().is_some(),
            };
            attempts.push(Attempt { url, found });
            if is_last {
                break;
            }
        }
        attempts
    }

    /// The document at this place, if it is one of this issuer (RFC 8414 section 3.3).
    async fn look(&self, url: &Url) -> Result<Object, ServerFailure> {
        let document = Object::parse(&self.documents.fetch(url).await?)?;
        match document.text("issuer") {
            Some(issuer) if issuer == self.issuer.text() => Ok(document),
            Some(issuer) => Err(ServerFailure::Issuer(shown(issuer))),
            None => Err(ServerFailure::Issuer(None)),
        }
    }
}

/// What another server calls itself, as far as it can stand in a line of a log.
fn shown(issuer: &str) -> Option<Box<str>> {
    let is_plain = issuer.len() <= 200 && issuer.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| issuer.into())
}
