//! One proxy that runs.

use tollbar::{GatewayService, upstream::Upstream};
use url::Url;

use super::{policy::Policy, relays::Relayed};
use crate::{config::Fingerprint, readiness::Health};

/// One proxy that runs.
#[derive(Clone, Debug)]
pub(crate) struct ComposedProxy {
    pub(crate) name: String,
    /// Its URL at the listener's own address.
    pub(crate) local_url: Url,
    /// The URL under which clients find it.
    pub(crate) public_url: Url,
    /// The path at which it is mounted.
    pub(super) path: String,
    /// The paths of its metadata. None where it takes no tokens.
    pub(super) metadata: Vec<String>,
    /// What its server says of itself, where that judges tokens.
    pub(crate) relay: Option<Relayed>,
    /// Its plans, for people.
    pub(crate) plans: String,
    pub(crate) upstream: Upstream,
    pub(crate) health: Health,
    pub(super) service: GatewayService,
    /// What consumers may see and use; `None` is everything.
    pub(super) policy: Option<Policy>,
    /// Of all that it was made of, but its policy.
    pub(super) fingerprint: Fingerprint,
    /// Of its upstream.
    pub(super) upstream_fingerprint: Fingerprint,
}

impl ComposedProxy {
    /// It runs now: its policy takes the place of the one before.
    pub(crate) fn commit(&self) {
        if let Some(policy) = &self.policy {
            policy.commit();
        }
    }

    /// Whether both are of the same settings.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_policy = match (&self.policy, &other.policy) {
            (None, None) => true,
            (Some(policy), Some(other)) => policy.is(other),
            _ => false,
        };
        same_policy && self.fingerprint == other.fingerprint
    }

    /// Whether both are found in the same place.
    pub(crate) fn is_found_like(&self, other: &Self) -> bool {
        self.local_url == other.local_url && self.public_url == other.public_url
    }

    /// Whether both talk to their server in the same way.
    pub(crate) fn has_upstream_of(&self, other: &Self) -> bool {
        self.upstream_fingerprint == other.upstream_fingerprint
    }
}
