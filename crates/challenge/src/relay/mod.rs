//! What an MCP server says of itself, told under the gateway's URL.

mod builder;
mod document;
mod examine;
mod fault;
mod fetching;
mod invalid;
mod judge;
mod known;
mod members;
mod memory;
mod mode;
mod reach;
mod relayed;
mod search;
mod shown;
mod synthesis;
mod tokens;
mod warning;

pub(crate) use self::relayed::{Occasion, Relayed};
pub use self::{
    builder::RelayBuilder,
    examine::{Acceptance, ClientView, RelayExamination},
    invalid::InvalidRelay,
    mode::RelayMode,
};

use std::{fmt, sync::Arc};

use tollbar_fetch::Flight;
use url::Url;

use self::{
    memory::{Memory, Metadata, Outcome},
    search::Search,
    tokens::Tokens,
    warning::{Warning, Warnings},
};
use crate::front::Front;

/// A proxy whose MCP server is a protected resource itself (RFC 9728): it asks for tokens, says where they
/// can be had, and judges them. Cheap to clone; clones share what is known of the server.
///
/// It goes to [`ChallengeLayer::relayed`](crate::ChallengeLayer::relayed). The server's metadata is looked
/// for where its last challenge has named it, then at the inserted form of its URL (RFC 9728 section 3.1),
/// then at the bare form, on its own origin and others that are [allowed](RelayBuilder::allow_origin), within
/// a time and a size. What was found is kept, and so are failures, for a moment.
///
/// When there is nothing to tell, requests for the metadata are refused, and the log says what was found
/// and what to do: `upstream_metadata_unreachable` (502), `upstream_metadata_timeout` (504),
/// `upstream_metadata_missing` (404), `upstream_metadata_malformed`, `upstream_metadata_mismatch`,
/// `upstream_metadata_unsafe` and `upstream_tokens_bound` (502).
#[derive(Clone)]
pub struct RelayedResource(Arc<Inner>);

struct Inner {
    front: Front,
    mode: RelayMode,
    search: Search,
    /// What is told without asking anybody, and the authorization servers in it.
    configured: Option<Arc<Metadata>>,
    authorization_servers: Vec<String>,
    memory: Memory,
    tokens: Tokens,
    flight: Flight<Outcome>,
    warnings: Warnings,
}

impl RelayedResource {
    /// The proxy under this public URL, in front of the MCP server at that one (its whole endpoint).
    pub fn builder(public_url: Url, upstream: Url) -> RelayBuilder {
        RelayBuilder::new(public_url, upstream)
    }

    /// How what the server says of itself is told.
    #[must_use]
    pub fn mode(&self) -> RelayMode {
        self.0.mode
    }

    /// All paths at which a host has to mount the layer beside the proxy's own, as with
    /// [`ProtectedResource::paths`](crate::ProtectedResource::paths).
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.0.front.places().into_paths()
    }

    pub(crate) fn front(&self) -> &Front {
        &self.0.front
    }

    pub(crate) fn search(&self) -> &Search {
        &self.0.search
    }

    fn memory(&self) -> &Memory {
        &self.0.memory
    }

    fn warn(&self, warning: Warning<'_>) {
        self.0.warnings.warn(warning);
    }
}

impl fmt::Debug for RelayedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayedResource")
            .field("mode", &self.0.mode)
            .finish_non_exhaustive()
    }
}
