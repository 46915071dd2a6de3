//! The settings of a relay.

use std::time::Duration;

use tollbar_fetch::FetchSettings;
use url::Url;

use super::{InvalidRelay, RelayMode, RelayedResource};
use crate::ProtectedResource;

/// The settings of a [`RelayedResource`]. Every bound has a default.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct RelayBuilder {
    pub(super) public_url: Url,
    pub(super) upstream: Url,
    pub(super) mode: RelayMode,
    pub(super) name: Option<String>,
    pub(super) identifier: Option<Url>,
    pub(super) authorization_servers: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) plain_http: bool,
    pub(super) mount_path: Option<String>,
    pub(super) bare: bool,
    pub(super) lifetime: Duration,
    pub(super) stale: Duration,
    pub(super) pause: Duration,
    pub(super) fetch: FetchSettings,
}

impl RelayBuilder {
    pub(super) fn new(public_url: Url, upstream: Url) -> Self {
        Self {
            public_url,
            upstream,
            mode: RelayMode::default(),
            name: None,
            identifier: None,
            authorization_servers: Vec::new(),
            origins: Vec::new(),
            plain_http: false,
            mount_path: None,
            bare: false,
            lifetime: Duration::from_secs(60),
            stale: Duration::from_secs(10 * 60),
            pause: Duration::from_secs(5),
            fetch: FetchSettings {
                timeout: Duration::from_secs(5),
                ..FetchSettings::default()
            },
        }
    }

    /// How what the server says of itself is told. Default: [`RelayMode::Mirror`].
    pub const fn mode(mut self, mode: RelayMode) -> Self {
        self.mode = mode;
        self
    }

    /// What the proxy is called in the log. Default: the origin of the server.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The URL by which the server calls itself, where that is another one than the gateway reaches it by:
    /// its metadata has to be about this resource (RFC 9728 section 3.3), and may be fetched from its
    /// origin, too. Default: the URL of the server.
    pub fn identifier(mut self, url: Url) -> Self {
        self.identifier = Some(url);
        self
    }

    /// Names an authorization server for a server that says nothing of it, not even at its root. For
    /// [`RelayMode::Synthesised`] only. Default: what the server says. Called again, it adds one.
    pub fn authorization_server(mut self, issuer: impl Into<String>) -> Self {
        self.authorization_servers.push(issuer.into());
        self
    }

    /// Also fetches metadata from this origin, when a challenge of the server names a place there. Default:
    /// from the server's own origin and that of its [identifier](Self::identifier) only.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Whether metadata may be fetched over plain `http` from another machine. Default: no, since whoever
    /// is on the way could send clients to a login of their own. On this machine it always may.
    pub const fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http = allow;
        self
    }

    /// The path at which this process serves the proxy, where something in front changes it. Default: the
    /// path of the public URL.
    pub fn mount_path(mut self, path: impl Into<String>) -> Self {
        self.mount_path = Some(path.into());
        self
    }

    /// Whether the metadata is also served for the host as a whole, as with
    /// [`ProtectedResource::bare`]. Default: no.
    pub const fn bare(mut self, bare: bool) -> Self {
        self.bare = bare;
        self
    }

    /// How long metadata is not asked for again. Default: 60 seconds.
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// How long after it was fetched metadata is told when the server cannot be reached. Default: 10
    /// minutes. Metadata that the server has, and that cannot be told, takes its place at once.
    pub const fn stale(mut self, age: Duration) -> Self {
        self.stale = age;
        self
    }

    /// How long after a failure the server is not asked again. Default: 5 seconds.
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// How long a fetch may take, from connecting to the last byte, and finding the metadata altogether.
    /// Default: 5 seconds.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.fetch.timeout = limit;
        self
    }

    /// How many bytes metadata may have. Default: 64 KiB.
    pub const fn document_limit(mut self, bytes: usize) -> Self {
        self.fetch.answer_limit = bytes;
        self
    }

    /// Also trusts these certificate authorities, besides the public roots of the web: the content of a
    /// PEM file with one certificate or more.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.fetch.authorities.push(pem.into());
        self
    }

    /// Checks the settings. Asks the server nothing yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`InvalidRelay`] names the setting that cannot work.
    pub fn build(self) -> Result<RelayedResource, InvalidRelay> {
        let mut place = ProtectedResource::new(self.public_url.clone(), "")?.bare(self.bare);
        if let Some(path) = &self.mount_path {
            place = place.mount_path(path.as_str())?;
        }
        Ok(RelayedResource::made(place, self))
    }
}
