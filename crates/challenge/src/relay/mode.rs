//! How what an MCP server says of itself is told to clients of a gateway.

use std::{fmt, str::FromStr};

use super::InvalidRelay;

/// How what an MCP server says of itself is told to clients of a gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelayMode {
    /// As it is. For a gateway that is the server's own front door: clients know the server by the URL that
    /// the server calls itself by. Challenges are not touched, and the metadata is told byte for byte.
    Verbatim,
    /// Under the gateway's URL, as that of the resource; all else as the server says it.
    ///
    /// The server's metadata is told when it is about the server (RFC 9728 section 3.3), names
    /// authorization servers that are safe to log in at (`https`; on this machine `http`, too, for a server
    /// on this machine), and does not bind tokens to their holder (RFC 9449, RFC 8705): this is what
    /// clients would check, if they saw it. `signed_metadata` is left out, since it is about the server's URL.
    #[default]
    Mirror,
    /// For a server of MCP 2025-03-26, which says of itself only, at its root, which authorization server
    /// it has: as metadata that newer clients ask for. Nothing is told unless that was really found there
    /// and is the server's own, or is [configured](super::RelayBuilder::authorization_server).
    Synthesised,
}

impl RelayMode {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Mirror => "mirror",
            Self::Synthesised => "synthesised",
        }
    }
}

/// By the word for it.
///
/// ```
/// use tollbar_challenge::RelayMode;
///
/// assert_eq!("mirror".parse(), Ok(RelayMode::Mirror));
/// assert!("Mirror".parse::<RelayMode>().is_err());
/// ```
impl FromStr for RelayMode {
    type Err = InvalidRelay;

    fn from_str(word: &str) -> Result<Self, InvalidRelay> {
        let all = [Self::Verbatim, Self::Mirror, Self::Synthesised];
        let own = all.into_iter().find(|mode| mode.as_str() == word);
        own.ok_or_else(|| InvalidRelay::Mode(word.to_owned()))
    }
}

impl fmt::Display for RelayMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
