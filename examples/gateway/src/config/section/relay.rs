//! `[proxy.relay]`

use std::time::Duration;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tollbar::challenge;

use crate::config::value::{Issuer, ResourceUrl, ServerOrigin, Size, Text};

/// The MCP server judges tokens itself: `Authorization` goes on to it, and clients are told how to log
/// in by what the server says of itself (RFC 9728).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Relay {
    /// How what the server says of itself is told.
    pub(crate) mode: RelayMode,
    /// How the server calls itself. Default: `upstream.url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<Text<ResourceUrl>>,
    /// Origins from which the server's metadata may be fetched, besides its own and that of
    /// `identifier`.
    pub(crate) metadata_origins: Vec<Text<ServerOrigin>>,
    /// The authorization servers of a server that says nothing of them. `synthesised` only.
    pub(crate) authorization_servers: Vec<Text<Issuer>>,
    /// Whether metadata may come from another machine without TLS.
    pub(crate) allow_http: bool,
    /// How long metadata is not asked for again.
    pub(crate) lifetime: Text<Duration>,
    /// How long after it was fetched metadata is told when the server cannot be reached.
    pub(crate) stale: Text<Duration>,
    /// How long after a failure the server is not asked for metadata again.
    pub(crate) pause: Text<Duration>,
    /// How long finding the metadata may take.
    pub(crate) timeout: Text<Duration>,
    /// How long metadata may be.
    pub(crate) document_limit: Text<Size>,
}

/// How what an MCP server says of itself is told.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RelayMode {
    /// Under the public URL of the proxy, as that of the resource; all else as the server says it.
    #[default]
    Mirror,
    /// As it is: clients know the server by the URL that it calls itself by.
    Verbatim,
    /// For a server of 2025-03-26, which only has the metadata of an authorization server at its root.
    Synthesised,
}

impl Default for Relay {
    fn default() -> Self {
        Self {
            mode: RelayMode::default(),
            identifier: None,
            metadata_origins: Vec::new(),
            authorization_servers: Vec::new(),
            allow_http: false,
            lifetime: Text(Duration::from_secs(60)),
            stale: Text(Duration::from_secs(10 * 60)),
            pause: Text(Duration::from_secs(5)),
            timeout: Text(Duration::from_secs(5)),
            document_limit: Text(Size(64 << 10)),
        }
    }
}

impl From<RelayMode> for challenge::RelayMode {
    fn from(mode: RelayMode) -> Self {
        match mode {
            RelayMode::Mirror => Self::Mirror,
            RelayMode::Verbatim => Self::Verbatim,
            RelayMode::Synthesised => Self::Synthesised,
        }
    }
}
