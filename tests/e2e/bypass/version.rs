//! The versions of the protocol in which an attempt is made.

use std::fmt;

use serde::Deserialize;

/// A version of the protocol.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
pub(super) enum Version {
    /// No header says which, as in the revisions before there was one.
    #[serde(rename = "none")]
    Unsaid,
    #[serde(rename = "2025-03-26")]
    March2025,
    #[serde(rename = "2025-06-18")]
    June2025,
    #[serde(rename = "2025-11-25")]
    November2025,
    #[serde(rename = "2026-07-28")]
    July2026,
}

impl Version {
    pub(super) const ALL: [Self; 5] = [
        Self::Unsaid,
        Self::March2025,
        Self::June2025,
        Self::November2025,
        Self::July2026,
    ];

    pub(super) const LEGACY: [Self; 3] = [Self::March2025, Self::June2025, Self::November2025];

    /// Whether there are no sessions, and each request says everything by itself.
    pub(super) fn is_modern(self) -> bool {
        self == Self::July2026
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Unsaid | Self::March2025 => "2025-03-26",
            Self::June2025 => "2025-06-18",
            Self::November2025 => "2025-11-25",
            Self::July2026 => "2026-07-28",
        }
    }

    /// The header that says which, if there is one.
    pub(super) fn header(self) -> Option<String> {
        (self != Self::Unsaid).then(|| format!("MCP-Protocol-Version: {}", self.as_str()))
    }

    /// What `$meta` stands for: the first members of `params`.
    pub(super) fn meta(self) -> &'static str {
        if self.is_modern() {
            r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"a","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}},"#
        } else {
            ""
        }
    }

    /// What `$more` stands for: the first members of a `result` that is a list.
    pub(super) fn more(self) -> &'static str {
        if self.is_modern() {
            r#""resultType":"complete","ttlMs":1000,"cacheScope":"public","#
        } else {
            ""
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsaid => f.write_str("no version"),
            said => f.write_str(said.as_str()),
        }
    }
}
