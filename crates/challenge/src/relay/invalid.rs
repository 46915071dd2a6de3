//! Why something cannot be relayed.

use thiserror::Error;
use tollbar_fetch::FetchError;

use crate::InvalidResource;

/// Why a [`RelayedResource`](super::RelayedResource) cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRelay {
    /// The public URL cannot be a resource.
    #[error(transparent)]
    Resource(#[from] InvalidResource),
    /// Metadata cannot be fetched with these settings.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The URL of the MCP server is of another kind.
    #[error("metadata cannot be fetched from `{0}`: use `https`")]
    Scheme(String),
    /// The MCP server, or what is allowed besides, is `http` on another machine.
    #[error(
        "`{0}` is plain `http`: whoever is on the way could send clients to a login of their own. Use \
         `https`, or allow plain HTTP if the way there is safe"
    )]
    PlainHttp(String),
    /// This is no origin.
    #[error(
        "`{0}` is not an origin: write scheme, host and port only, such as `https://mcp.example`"
    )]
    Origin(String),
    /// This cannot be an authorization server.
    #[error(
        "`{0}` cannot be an authorization server: give its issuer, an `https` URL without `?` and `#`"
    )]
    AuthorizationServer(String),
    /// Authorization servers are named where the MCP server names them itself.
    #[error("authorization servers are named in mode `synthesised` only")]
    Unasked,
    /// This is no word for a [mode](super::RelayMode).
    #[error("`{0}` is no mode: use `mirror`, `verbatim` or `synthesised`")]
    Mode(String),
    /// A time is zero.
    #[error("`{0}` is zero: give a time in which something can happen")]
    ZeroTime(&'static str),
}
