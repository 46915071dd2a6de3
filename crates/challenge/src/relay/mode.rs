//! How what an MCP server says of itself is told to clients of a gateway.

use std::fmt;

/// How what an MCP server says of itself is told to clients of a gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelayMode {
    /// As it is. For a gateway that is the server's own front door: clients know the server by the URL that
    /// the server calls itself by.
    Verbatim,
    /// Under the gateway's URL, as that of the resource; all else as the server says it.
    #[default]
    Mirror,
    /// For a server of MCP 2025-03-26, which says of itself only, at its root, which authorization server
    /// it has: as metadata that newer clients ask for.
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

impl fmt::Display for RelayMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
