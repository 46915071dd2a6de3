//! Protocol revisions and the two eras they fall into.

use std::fmt;

/// A revision of the Model Context Protocol.
///
/// Revisions are ordered by date, so `version >= Version::V2025_06_18` asks "at least that revision".
///
/// # Examples
///
/// ```
/// use tollbar_mcp::{Era, Version};
///
/// assert_eq!(Version::parse("2025-11-25"), Some(Version::V2025_11_25));
/// assert_eq!(Version::parse("2099-01-01"), None);
/// assert_eq!(Version::LATEST.era(), Era::Modern);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// `2024-11-05`, the revision with the HTTP+SSE transport.
    V2024_11_05,
    /// `2025-03-26`, the first with Streamable HTTP and the only one with batches.
    V2025_03_26,
    /// `2025-06-18`, which brought the `MCP-Protocol-Version` header.
    V2025_06_18,
    /// `2025-11-25`, the last one with an `initialize` handshake.
    V2025_11_25,
    /// `2026-07-28`, the first one without sessions.
    V2026_07_28,
}

impl Version {
    /// Every known revision, oldest first.
    pub const ALL: &[Self] = &[
        Self::V2024_11_05,
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
        Self::V2026_07_28,
    ];

    /// The newest known revision.
    pub const LATEST: Self = Self::V2026_07_28;

    /// The revision as it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Reads a revision, byte for byte; `None` for one that is not known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|version| version.as_str() == text)
    }

    /// The era of this revision.
    #[must_use]
    pub fn era(self) -> Era {
        if self >= Self::V2026_07_28 {
            Era::Modern
        } else {
            Era::Legacy
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How a message says which revision it speaks (2026-07-28, `basic/versioning`, Terminology).
///
/// The two eras differ in nearly every rule of the transport, so an era is decided before anything else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Era {
    /// An `initialize` handshake opens a session: 2025-11-25 and earlier.
    Legacy,
    /// Each request carries its own metadata: 2026-07-28 and later.
    Modern,
}
