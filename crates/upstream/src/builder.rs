//! The settings of an upstream.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};
use tokio::sync::Semaphore;
use tollbar_core::{Authorize, Network};
use url::Url;

use crate::{
    HttpVersion, Upstream, UpstreamError,
    client::{ClientLimits, HEADER_LINES, client},
    connect::{Connector, trust},
    credential::{Credential, basic, bearer},
    request::{HeaderRules, Target, fix},
    service::Inner,
};

/// The least that hyper can read a response head with.
const LEAST_HEAD_LIMIT: usize = 8 * 1024;

/// Longer times mean "never", and would overflow clocks.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The longest that Linux counts before it asks (`TCP_KEEPIDLE`).
const LONGEST_KEEP_ALIVE: Duration = Duration::from_secs(32_767);

/// The settings of an [`Upstream`]. Every bound has a default.
///
/// ```
/// use std::time::Duration;
/// use tollbar_upstream::Upstream;
///
/// let upstream = Upstream::builder("https://mcp.example/mcp".parse()?)
///     .connect_timeout(Duration::from_secs(2))
///     .max_exchanges(100)
///     .header("authorization".parse()?, "Bearer s3cret".parse()?)
///     .build()?;
/// assert!(!format!("{upstream:?}").contains("s3cret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    url: Url,
    version: HttpVersion,
    connect_timeout: Duration,
    head_timeout: Duration,
    place_timeout: Duration,
    keep_alive: Duration,
    limits: ClientLimits,
    authorities: Vec<Vec<u8>>,
    rules: HeaderRules,
    credential: Credential,
}

impl Builder {
    pub(crate) fn new(url: Url) -> Self {
        Self {
            url,
            version: HttpVersion::default(),
            connect_timeout: Duration::from_secs(5),
            head_timeout: Duration::from_secs(300),
            place_timeout: Duration::from_secs(1),
            keep_alive: Duration::from_secs(60),
            limits: ClientLimits {
                max_idle: 128,
                idle_timeout: Duration::from_secs(4),
                max_exchanges: 1024,
                head_limit: 64 * 1024,
                header_lines: HEADER_LINES,
            },
            authorities: Vec::new(),
            rules: HeaderRules::default(),
            credential: Credential::None,
        }
    }

    /// Which HTTP version to speak. Default: [`HttpVersion::Http1`].
    pub const fn http_version(mut self, version: HttpVersion) -> Self {
        self.version = version;
        self
    }

    /// How long opening a connection may take: name, TCP and TLS together. Default: 5 seconds.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long the upstream may take until the head of its answer is here. Default: 5 minutes.
    ///
    /// Generous on purpose. A server that answers a tool call with plain JSON sends its head only
    /// when the tool has finished, and some servers send the head of an event stream only with the
    /// first event. There is no limit on what follows the head: a stream may be silent for hours.
    pub const fn head_timeout(mut self, limit: Duration) -> Self {
        self.head_timeout = limit;
        self
    }

    /// How many exchanges may be under way at once. Default: 1024.
    ///
    /// An exchange holds its place until its answer has ended, open event streams included. With
    /// HTTP/1.1 each has a connection, so that this bounds the connections in use too; idle ones
    /// and the few that hyper opens while it waits for an idle one come on top.
    pub const fn max_exchanges(mut self, places: usize) -> Self {
        self.limits.max_exchanges = places;
        self
    }

    /// How long a request may wait for a place before it is refused with 503. Zero refuses at once.
    /// Default: 1 second.
    pub const fn place_timeout(mut self, limit: Duration) -> Self {
        self.place_timeout = limit;
        self
    }

    /// How many idle connections are kept for the next requests. Zero keeps none. Default: 128.
    pub const fn max_idle_connections(mut self, connections: usize) -> Self {
        self.limits.max_idle = connections;
        self
    }

    /// How long a connection is kept idle. Default: 4 seconds.
    ///
    /// It must be shorter than the upstream's own time: a request that is written just when the
    /// upstream closes ends as a 502, since nobody can tell whether it was acted on. Node.js and
    /// uvicorn close after 5 seconds.
    pub const fn idle_timeout(mut self, limit: Duration) -> Self {
        self.limits.idle_timeout = limit;
        self
    }

    /// After how much silence TCP asks whether the upstream is still there (`SO_KEEPALIVE`).
    /// Default: 60 seconds, at most some nine hours. Three probes without an answer, a quarter of
    /// this time apart, end the connection and the streams on it.
    pub const fn keep_alive(mut self, silence: Duration) -> Self {
        self.keep_alive = silence;
        self
    }

    /// How many bytes the head of an answer may have, at least 8192. Default: 64 KiB. Over HTTP/1.1
    /// this is the size of the read buffer, which hyper rounds up: a head that is somewhat longer
    /// may pass.
    pub const fn head_limit(mut self, bytes: usize) -> Self {
        self.limits.head_limit = bytes;
        self
    }

    /// How many header lines an HTTP/1.1 answer may have. Default: 100.
    pub const fn max_header_lines(mut self, lines: usize) -> Self {
        self.limits.header_lines = lines;
        self
    }

    /// Also trusts these certificate authorities, besides the public roots of the web: the content
    /// of a PEM file with one certificate or more. Only `https` upstreams need it.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities.push(pem.into());
        self
    }

    /// Whether the client's `Authorization` goes on. Default: no, since a credential that is for
    /// the gateway is not for the upstream (2025-11-25 `basic/authorization`, Token Passthrough).
    /// Say yes only for an upstream that judges this header itself, and when no plan of the gateway takes
    /// credentials from it. A relay (`tollbar_plan::Relay`), which leaves it where it is, may verify it on the
    /// way: that token is for the upstream.
    pub const fn forward_authorization(mut self, forward: bool) -> Self {
        self.rules.forward_authorization = forward;
        self
    }

    /// Whether `Cookie` and `Set-Cookie` go on. Default: no.
    pub const fn forward_cookies(mut self, forward: bool) -> Self {
        self.rules.forward_cookies = forward;
        self
    }

    /// Whose `Forwarded`, `X-Forwarded-*` and `X-Real-IP` go on, with the peer's own address
    /// appended: the proxies in front of the gateway. Default: nobody's, and nothing is appended.
    pub fn trusted_peers(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.rules.trusted_peers.extend(networks);
        self
    }

    /// Sets a header on every request, instead of what the client sent. Given twice, it is sent
    /// twice. No `Debug` shows the value.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        fix(&mut self.rules, name, value);
        self
    }

    /// Shows the server this token, as `Authorization: Bearer` (RFC 6750 section 2.1), instead of what
    /// the client sent.
    ///
    /// # Errors
    ///
    /// [`UpstreamError::BearerToken`] when it is empty, or has spaces or what is not ASCII.
    pub fn bearer(self, token: &str) -> Result<Self, UpstreamError> {
        Ok(self.header(header::AUTHORIZATION, bearer(token)?))
    }

    /// Shows the server this user and password, as `Authorization: Basic` in UTF-8 (RFC 7617),
    /// instead of what the client sent.
    ///
    /// # Errors
    ///
    /// [`UpstreamError::BasicUser`] when there is a `:` in the user's name, and
    /// [`UpstreamError::BasicControl`] when there is a control character in either.
    pub fn basic(self, user: &str, password: &str) -> Result<Self, UpstreamError> {
        Ok(self.header(header::AUTHORIZATION, basic(user, password)?))
    }

    /// Shows the server what this finds for each request, as `Authorization`, instead of what the
    /// client sent. It is asked before the request has a place at the server.
    ///
    /// When the server refuses the value with 401, and [`Authorize::refused`] says that there is
    /// another one, the request is sent once more, unless its body has been given away in pieces.
    pub fn authorize(mut self, authorize: impl Authorize) -> Self {
        self.credential = Credential::Found(Arc::new(authorize));
        self
    }

    /// Checks the settings and builds the service. Opens no connection, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] names the setting that cannot work.
    pub fn build(self) -> Result<Upstream, UpstreamError> {
        let found = matches!(self.credential, Credential::Found(_));
        self.rules.check(found)?;
        let fixed = self.rules.fixed.contains_key(header::AUTHORIZATION);
        at_least("max_exchanges", self.limits.max_exchanges, 1)?;
        at_least("max_header_lines", self.limits.header_lines, 1)?;
        at_least("head_limit", self.limits.head_limit, LEAST_HEAD_LIMIT)?;
        let mut limits = self.limits;
        limits.idle_timeout = limits.idle_timeout.min(NEVER);
        let connect_timeout = time("connect_timeout", self.connect_timeout)?;
        let head_timeout = time("head_timeout", self.head_timeout)?;
        let keep_alive = time("keep_alive", self.keep_alive)?.min(LONGEST_KEEP_ALIVE);
        let target = Target::new(self.url)?;
        let tls = target
            .is_https()
            .then(|| trust(&self.authorities))
            .transpose()?;
        let connector = Connector::new(connect_timeout, keep_alive, tls, self.version);
        let places = limits.max_exchanges.min(Semaphore::MAX_PERMITS);
        Ok(Upstream::from_inner(Inner {
            client: client(connector, self.version, &limits),
            target,
            rules: self.rules,
            credential: if fixed {
                Credential::Fixed
            } else {
                self.credential
            },
            places: Arc::new(Semaphore::new(places)),
            place_timeout: self.place_timeout.min(NEVER),
            head_timeout,
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("origin", &self.url.origin().ascii_serialization())
            .field("version", &self.version)
            .field("connect_timeout", &self.connect_timeout)
            .field("head_timeout", &self.head_timeout)
            .field("place_timeout", &self.place_timeout)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn at_least(option: &'static str, given: usize, least: usize) -> Result<(), UpstreamError> {
    if given < least {
        return Err(UpstreamError::TooSmall {
            option,
            given,
            least,
        });
    }
    Ok(())
}

/// A time limit that clocks can count.
fn time(option: &'static str, limit: Duration) -> Result<Duration, UpstreamError> {
    if limit.is_zero() {
        return Err(UpstreamError::ZeroTime(option));
    }
    Ok(limit.min(NEVER))
}
