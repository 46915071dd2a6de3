//! The settings of a relay.

use std::{sync::Arc, time::Duration};

use tollbar_fetch::{FetchSettings, Fetcher, Flight};
use url::Url;

use super::{
    Inner, InvalidRelay, RelayMode, RelayedResource,
    fetching::Fetching,
    judge::is_safe_issuer,
    memory::{Memory, Metadata},
    reach::Reach,
    search::Search,
    tokens::Tokens,
    warning::Warnings,
};
use crate::front::Front;

/// The settings of a [`RelayedResource`]. Every bound has a default.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct RelayBuilder {
    public_url: Url,
    upstream: Url,
    mode: RelayMode,
    name: Option<String>,
    identifier: Option<Url>,
    authorization_servers: Vec<String>,
    origins: Vec<String>,
    plain_http: bool,
    mount_path: Option<String>,
    bare: bool,
    lifetime: Duration,
    stale: Duration,
    pause: Duration,
    fetch: FetchSettings,
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
    /// [`ProtectedResource::bare`](crate::ProtectedResource::bare). Default: no.
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
        let mut front = Front::new(self.public_url.clone())?;
        front.set_bare(self.bare);
        if let Some(path) = &self.mount_path {
            front.mount(path.clone())?;
        }
        for (name, time) in [("lifetime", self.lifetime), ("pause", self.pause)] {
            if time.is_zero() {
                return Err(InvalidRelay::ZeroTime(name));
            }
        }
        let fetcher = Fetcher::new(&self.fetch)?;
        let reach = self.reach()?;
        let configured = self.configured(&reach, &front)?;
        let mut upstream = self.upstream;
        // Nobody is shown who the gateway is, and places there are told in the log.
        let _ = upstream.set_username("");
        let _ = upstream.set_password(None);
        upstream.set_fragment(None);
        let name = self.name;
        let name = name.unwrap_or_else(|| upstream.origin().ascii_serialization());
        let search = Search {
            fetching: Fetching {
                fetcher: Arc::new(fetcher),
                limit: self.fetch.answer_limit,
            },
            identifier: self.identifier.unwrap_or_else(|| upstream.clone()),
            upstream,
            reach,
            timeout: self.fetch.timeout,
        };
        Ok(RelayedResource(Arc::new(Inner {
            front,
            mode: self.mode,
            search,
            configured,
            authorization_servers: self.authorization_servers,
            memory: Memory::new(self.lifetime, self.stale, self.pause),
            tokens: Tokens::default(),
            flight: Flight::new(),
            warnings: Warnings::new(&name),
        })))
    }

    /// Where may be asked.
    fn reach(&self) -> Result<Reach, InvalidRelay> {
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let others = self.origins.iter().map(|text| {
            let url = Url::parse(text).ok().filter(is_http);
            let is_origin = |url: &Url| url.as_str().trim_end_matches('/') == origin_of(url);
            let url = url.filter(is_origin);
            url.ok_or_else(|| InvalidRelay::Origin(text.clone()))
        });
        let others: Vec<Url> = others.collect::<Result<_, _>>()?;
        for url in [Some(&self.upstream), self.identifier.as_ref()]
            .into_iter()
            .flatten()
        {
            if !is_http(url) {
                return Err(InvalidRelay::Scheme(url.scheme().to_owned()));
            }
        }
        let identifier = self.identifier.as_ref().map(Url::origin);
        let origins = others.iter().map(Url::origin).chain(identifier);
        let reach = Reach::new(&self.upstream, origins, self.plain_http);
        let asks = self.authorization_servers.is_empty();
        let asked = [&self.upstream].into_iter().chain(&others);
        for url in asked.filter(|_| asks) {
            if !reach.allows_scheme_of(url) {
                return Err(InvalidRelay::PlainHttp(origin_of(url)));
            }
        }
        Ok(reach)
    }

    /// What is told without asking anybody.
    fn configured(
        &self,
        reach: &Reach,
        front: &Front,
    ) -> Result<Option<Arc<Metadata>>, InvalidRelay> {
        let servers = &self.authorization_servers;
        if servers.is_empty() {
            return Ok(None);
        }
        if self.mode != RelayMode::Synthesised {
            return Err(InvalidRelay::Unasked);
        }
        match servers
            .iter()
            .find(|it| !is_safe_issuer(it, reach.is_local))
        {
            Some(server) => Err(InvalidRelay::AuthorizationServer(server.clone())),
            None => Ok(Some(Arc::new(Metadata::synthesised(front, servers)))),
        }
    }
}

fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}
