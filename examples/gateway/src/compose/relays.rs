//! What is known of MCP servers that judge tokens themselves.

use std::{collections::BTreeMap, net::SocketAddr};

use tollbar::challenge::RelayedResource;

use super::{ComposeError, resource};
use crate::config::{Admission, Fingerprint, Settings};

/// What each proxy relays, by its name. It goes on as long as a configuration has the same one, so that
/// what was fetched of the server is not lost by a change elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Relays(BTreeMap<String, Relayed>);

/// What one proxy relays.
#[derive(Clone, Debug)]
pub(crate) struct Relayed {
    pub(crate) resource: RelayedResource,
    /// The origins of other machines from which its metadata may come without TLS.
    pub(crate) in_the_clear: Vec<String>,
    /// Of all that makes it up, the URL too under which clients find the proxy.
    pub(crate) fingerprint: Fingerprint,
    /// What it takes to come as far as to the server.
    pub(crate) admission: Admission,
}

impl Relays {
    /// Those of these settings: what is the same as before, and new ones.
    pub(super) fn next(
        &self,
        settings: &Settings,
        listening: SocketAddr,
    ) -> Result<Self, ComposeError> {
        let is_alone = resource::is_alone(settings);
        let mut next = BTreeMap::new();
        for proxy in &settings.proxies {
            let Some(relay) = &proxy.relay else {
                continue;
            };
            let url = settings.listener.public_url(&proxy.section, listening)?;
            let fingerprint = relay.fingerprint(&url, is_alone);
            let known = self.0.get(proxy.name());
            let admission = proxy.admission();
            let relayed = match known.filter(|known| known.fingerprint == fingerprint) {
                Some(known) => Relayed {
                    admission,
                    ..known.clone()
                },
                None => Relayed {
                    resource: relay.resource(&url, is_alone)?,
                    in_the_clear: relay.in_the_clear(),
                    fingerprint,
                    admission,
                },
            };
            next.insert(proxy.name().to_owned(), relayed);
        }
        Ok(Self(next))
    }

    /// What this proxy relays.
    pub(super) fn of(&self, proxy: &str) -> Option<&Relayed> {
        self.0.get(proxy)
    }
}
