//! `[proxy.upstream]`

use std::{collections::BTreeMap, num::NonZeroU32, path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tollbar::{core::Network, upstream::HttpVersion};

use super::{Authorization, HeaderValue};
use crate::config::value::{Interval, Size, Text, UpstreamUrl};

/// One MCP server, and how it is talked to.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upstream {
    /// The whole URL of its Streamable HTTP endpoint.
    pub(crate) url: Text<UpstreamUrl>,
    /// Which HTTP to speak: `1`, `2`, or `negotiated` in the TLS handshake.
    #[serde(default)]
    pub(crate) http_version: Http,
    /// How long opening a connection may take: name, TCP and TLS together. Beyond it: 504.
    #[serde(default = "connect_timeout")]
    pub(crate) connect_timeout: Text<Duration>,
    /// How long the server may take until its answer begins. Beyond it: 504. A tool that answers
    /// with one JSON document begins only when it is done. What follows has no limit.
    #[serde(default = "head_timeout")]
    pub(crate) head_timeout: Text<Duration>,
    /// How many exchanges may be under way at once, open streams included.
    #[serde(default = "max_exchanges")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) max_exchanges: NonZeroU32,
    /// How long an exchange waits for a place when all are taken; `off` does not wait. Beyond it:
    /// 503.
    #[serde(default = "place_timeout")]
    pub(crate) place_timeout: Text<Interval>,
    /// How many idle connections are kept.
    #[serde(default = "max_idle_connections")]
    #[schemars(range(min = 0, max = 100_000))]
    pub(crate) max_idle_connections: u32,
    /// How long a connection is kept idle. Stay below what the server allows: Node.js and uvicorn
    /// close after 5 seconds.
    #[serde(default = "idle_timeout")]
    pub(crate) idle_timeout: Text<Duration>,
    /// After how much silence TCP asks whether the server is still there.
    #[serde(default = "keep_alive")]
    pub(crate) keep_alive: Text<Duration>,
    /// How long the head of an answer may be, at least `8KiB`. Beyond it: 502.
    #[serde(default = "head_limit")]
    pub(crate) head_limit: Text<Size>,
    /// How many header lines an answer may have. Beyond it: 502.
    #[serde(default = "max_header_lines")]
    #[schemars(range(min = 1, max = 10_000))]
    pub(crate) max_header_lines: u32,
    /// A file of certificates (PEM) that are trusted besides the public ones, relative to the
    /// configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"internal-ca.pem")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The credential that the server is shown, in the header `Authorization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization: Option<Authorization>,
    /// Whether cookies go to and fro.
    #[serde(default)]
    pub(crate) forward_cookies: bool,
    /// Proxies in front of the gateway whose `Forwarded` and `X-Forwarded-*` headers are believed
    /// and go on. From anybody else they are dropped.
    #[serde(default)]
    pub(crate) trusted_peers: Vec<Text<Network>>,
    /// Headers that every request to the server gets. Secrets by reference only.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, HeaderValue>,
}

impl Upstream {
    /// A server with the default settings.
    pub(crate) fn new(url: UpstreamUrl) -> Self {
        Self {
            url: Text(url),
            http_version: Http::default(),
            connect_timeout: connect_timeout(),
            head_timeout: head_timeout(),
            max_exchanges: max_exchanges(),
            place_timeout: place_timeout(),
            max_idle_connections: max_idle_connections(),
            idle_timeout: idle_timeout(),
            keep_alive: keep_alive(),
            head_limit: head_limit(),
            max_header_lines: max_header_lines(),
            ca_file: None,
            authorization: None,
            forward_cookies: false,
            trusted_peers: Vec::new(),
            headers: BTreeMap::new(),
        }
    }
}

/// Which HTTP to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) enum Http {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "1")]
    One,
    /// HTTP/2 where an `https` server chooses it, else HTTP/1.1.
    #[serde(rename = "negotiated")]
    Negotiated,
    /// HTTP/2 only, over plain `http` too.
    #[serde(rename = "2")]
    Two,
}

impl From<Http> for HttpVersion {
    fn from(http: Http) -> Self {
        match http {
            Http::One => Self::Http1,
            Http::Negotiated => Self::Negotiated,
            Http::Two => Self::Http2,
        }
    }
}

const fn connect_timeout() -> Text<Duration> {
    Text(Duration::from_secs(5))
}

const fn head_timeout() -> Text<Duration> {
    Text(Duration::from_secs(300))
}

fn max_exchanges() -> NonZeroU32 {
    NonZeroU32::new(1024).unwrap_or(NonZeroU32::MIN)
}

const fn place_timeout() -> Text<Interval> {
    Text(Interval(Some(Duration::from_secs(1))))
}

const fn max_idle_connections() -> u32 {
    128
}

const fn idle_timeout() -> Text<Duration> {
    Text(Duration::from_secs(4))
}

const fn keep_alive() -> Text<Duration> {
    Text(Duration::from_secs(60))
}

const fn head_limit() -> Text<Size> {
    Text(Size(64 << 10))
}

const fn max_header_lines() -> u32 {
    100
}
