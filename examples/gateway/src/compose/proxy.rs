//! One proxy that runs.

use tollbar::{GatewayService, upstream::Upstream};
use url::Url;

use crate::{config::Fingerprint, readiness::Health};

/// One proxy that runs.
#[derive(Clone, Debug)]
pub(crate) struct ComposedProxy {
    pub(crate) name: String,
    /// Its URL at the listener's own address.
    pub(crate) local_url: Url,
    /// The URL under which clients find it.
    pub(crate) public_url: Url,
    /// Its plans, for people.
    pub(crate) plans: String,
    pub(crate) upstream: Upstream,
    pub(crate) health: Health,
    pub(super) service: GatewayService,
    /// Of all that it was made of.
    pub(super) fingerprint: Fingerprint,
    /// Of its upstream.
    pub(super) upstream_fingerprint: Fingerprint,
}

impl ComposedProxy {
    /// Whether both are found in the same place.
    pub(crate) fn is_found_like(&self, other: &Self) -> bool {
        self.local_url == other.local_url && self.public_url == other.public_url
    }

    /// Whether both talk to their server in the same way.
    pub(crate) fn has_upstream_of(&self, other: &Self) -> bool {
        self.upstream_fingerprint == other.upstream_fingerprint
    }
}
