//! A session of the legacy era.

use std::{fmt, sync::Arc};

use tollbar_mcp::Version;

/// The session of the legacy era that an exchange belongs to, as the MCP server knows it, once
/// somebody has checked that it is this consumer's.
///
/// Its id is a handle that must not be logged: whoever reaches the MCP server itself could use it.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    id: Arc<str>,
    version: Option<Version>,
}

impl Session {
    /// The session with this id at the MCP server, in which this version was negotiated (`None`
    /// when that is not known).
    #[must_use]
    pub fn new(id: impl Into<Arc<str>>, version: Option<Version>) -> Self {
        Self {
            id: id.into(),
            version,
        }
    }

    /// The id at the MCP server. Never log it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version that was negotiated when the session began.
    #[must_use]
    pub const fn version(&self) -> Option<Version> {
        self.version
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
