//! What an MCP server says of itself, told under the gateway's URL.

mod builder;
mod invalid;
mod mode;

pub use self::{builder::RelayBuilder, invalid::InvalidRelay, mode::RelayMode};

use std::{fmt, sync::Arc};

use tollbar_fetch::Examination;
use url::Url;

use crate::ProtectedResource;

/// A proxy whose MCP server is a protected resource itself (RFC 9728): it asks for tokens, says where they
/// can be had, and judges them. Cheap to clone; clones share what is known of the server.
#[derive(Clone)]
pub struct RelayedResource(Arc<Inner>);

struct Inner {
    place: ProtectedResource,
    settings: RelayBuilder,
}

impl RelayedResource {
    /// The proxy under this public URL, in front of the MCP server at that one (its whole endpoint).
    pub fn builder(public_url: Url, upstream: Url) -> RelayBuilder {
        RelayBuilder::new(public_url, upstream)
    }

    fn made(place: ProtectedResource, settings: RelayBuilder) -> Self {
        Self(Arc::new(Inner { place, settings }))
    }

    /// How what the server says of itself is told.
    #[must_use]
    pub fn mode(&self) -> RelayMode {
        self.0.settings.mode
    }

    /// All paths at which a host has to mount the layer beside the proxy's own, as with
    /// [`ProtectedResource::paths`].
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.0.place.paths()
    }

    /// Looks at everything that matters to clients: how the server refuses a request without a token, what
    /// its challenge says, where its metadata is, and whether it can be told. Asks the server anew each
    /// time, some ten times at most, whatever is known of it.
    pub async fn examine(&self) -> Examination {
        Examination::default()
    }
}

impl fmt::Debug for RelayedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayedResource")
            .field("mode", &self.0.settings.mode)
            .finish_non_exhaustive()
    }
}
