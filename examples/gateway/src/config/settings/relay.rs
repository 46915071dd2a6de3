//! What an MCP server says of itself, and how it is told.

use tollbar::challenge::{InvalidRelay, RelayBuilder, RelayedResource};
use url::Url;

use crate::config::{
    fingerprint::Fingerprint,
    section::{Proxy, Relay},
    value::is_loopback,
};

/// The relay of a proxy, judged. It is built when the URL is known under which clients find the proxy.
#[derive(Clone, Debug)]
pub(crate) struct RelaySettings {
    pub(crate) section: Relay,
    /// What the proxy is called.
    name: String,
    /// Where it is mounted.
    path: String,
    upstream: Url,
    /// Certificates (PEM) that are trusted besides the public ones.
    authorities: Option<Vec<u8>>,
}

impl RelaySettings {
    /// Of a proxy that relays in this way, and whose server is trusted by these certificates, too.
    pub(in crate::config) fn new(
        section: Relay,
        proxy: &Proxy,
        authorities: Option<Vec<u8>>,
    ) -> Self {
        Self {
            section,
            name: proxy.name.as_str().to_owned(),
            path: proxy.path.as_str().to_owned(),
            upstream: proxy.upstream.url.0.0.clone(),
            authorities,
        }
    }

    /// The resource, for clients that find the proxy under this URL. `is_alone` is whether the host has
    /// no other proxy, so that the metadata may speak for all of it.
    ///
    /// # Errors
    ///
    /// [`InvalidRelay`] names the setting that cannot work.
    pub(crate) fn resource(
        &self,
        public_url: &Url,
        is_alone: bool,
    ) -> Result<RelayedResource, InvalidRelay> {
        let builder = RelayedResource::builder(public_url.clone(), self.upstream.clone());
        let mut builder = told(builder, &self.section)
            .name(self.name.as_str())
            .mount_path(self.path.as_str())
            .bare(is_alone);
        if let Some(pem) = &self.authorities {
            builder = builder.ca_pem(pem.as_slice());
        }
        builder.build()
    }

    /// Of all that makes up that resource: whether what is known of the server still holds.
    pub(crate) fn fingerprint(&self, public_url: &Url, is_alone: bool) -> Fingerprint {
        Fingerprint::of(&(
            &self.section,
            &self.name,
            &self.path,
            self.upstream.as_str(),
            &self.authorities,
            public_url.as_str(),
            is_alone,
        ))
    }

    /// The origins of other machines from which metadata may come without TLS.
    pub(crate) fn in_the_clear(&self) -> Vec<String> {
        let origins = self.section.metadata_origins.iter().map(|url| &url.0.0);
        let mut clear: Vec<String> = [&self.upstream]
            .into_iter()
            .chain(origins)
            .filter(|url| self.section.allow_http && url.scheme() == "http")
            .filter(|url| !is_loopback(&self.upstream) || !is_loopback(url))
            .map(|url| url.origin().ascii_serialization())
            .collect();
        clear.sort();
        clear.dedup();
        clear
    }
}

/// The settings that stand in the configuration as they are.
pub(in crate::config) fn told(mut builder: RelayBuilder, section: &Relay) -> RelayBuilder {
    if let Some(url) = &section.identifier {
        builder = builder.identifier(url.0.0.clone());
    }
    for origin in &section.metadata_origins {
        builder = builder.allow_origin(origin.0.0.origin().ascii_serialization());
    }
    for issuer in &section.authorization_servers {
        builder = builder.authorization_server(issuer.as_str());
    }
    builder
        .mode(section.mode.into())
        .allow_plain_http(section.allow_http)
        .lifetime(section.lifetime.0)
        .stale(section.stale.0)
        .pause(section.pause.0)
        .timeout(section.timeout.0)
        .document_limit(section.document_limit.0.0)
}
