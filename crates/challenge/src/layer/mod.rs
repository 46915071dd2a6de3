//! The layer that tells how to be let in.

mod advertised;
mod answer;
mod future;
mod pointer;
mod service;

pub use self::{future::ResponseFuture, service::Challenged};

use std::{fmt, sync::Arc};

use tower_layer::Layer;

use self::advertised::Advertised;
use crate::{ProtectedResource, RelayedResource};

/// Serves the metadata of a [`ProtectedResource`], or that of a [`RelayedResource`], and points refused
/// clients to it.
///
/// - A request for one of its [paths](ProtectedResource::paths) is answered here, whatever stands
///   inside: without a credential, for pages of any origin.
/// - A refusal of ours (401, 403) whose `WWW-Authenticate` has a `Bearer` challenge leaves with exactly
///   one line, `Bearer` first, with `resource_metadata` (RFC 9728 section 5.1); a 401 also with the
///   `scope` that is needed, where the refusal says none (RFC 6750 section 3).
/// - A refusal without a `Bearer` challenge passes as it is: who needs a key in another header cannot log in.
/// - So does an answer of the MCP server, whatever it asks for; but [`relayed`](Self::relayed) is there to
///   change it.
///
/// Put it outside of the layers that refuse, and inside of those that record. It is as ready as the
/// service inside.
#[derive(Clone)]
pub struct ChallengeLayer {
    advertised: Option<Arc<Advertised>>,
}

impl ChallengeLayer {
    /// A layer that tells of this resource. Everything that is told is written here, once.
    #[must_use]
    pub fn new(resource: &ProtectedResource) -> Self {
        Self {
            advertised: Some(Arc::new(Advertised::new(resource))),
        }
    }

    /// A layer that relays what the MCP server inside says of itself: its challenges (401, 403), and its
    /// metadata, which is fetched when it is asked for, once for all who ask.
    ///
    /// - An answer with 401 or 403 that is no refusal of ours, and has a `Bearer` challenge, leaves with
    ///   exactly one line: `resource_metadata` of the gateway, then `scope` and `error`, then all else that
    ///   the server said. Where the server names no metadata, and where its 401 has no challenge at all,
    ///   the gateway's is added if there is some; the answer waits to know that.
    /// - Where the gateway's is not added, no other is left, in no challenge; nor does a parameter pass, at any
    ///   time, in whose value or name clients would find one that search the line for `resource_metadata=`.
    /// - A refusal of ours with a `Bearer` challenge is completed likewise, without waiting.
    /// - In an answer with another status nobody is asked for a token: it leaves without challenges of the
    ///   server.
    /// - A challenge that cannot be read does not pass (502), nor does a 401 that asks for a proof of possession
    ///   (`DPoP`) and for no bearer token. In [`RelayMode::Verbatim`](crate::RelayMode)
    ///   all of the server's challenges pass as they are, whatever the status.
    /// - Paths at which clients look for an authorization server, such as `/register`, are answered with
    ///   404: they do not reach the server by way of its MCP endpoint.
    ///
    /// Fetching needs a tokio runtime with I/O and time.
    #[must_use]
    pub fn relayed(resource: &RelayedResource) -> Self {
        Self {
            advertised: Some(Arc::new(Advertised::relayed(resource))),
        }
    }

    /// A layer that does nothing: for a proxy without an OAuth plan, so that both have one type.
    #[must_use]
    pub const fn none() -> Self {
        Self { advertised: None }
    }
}

impl fmt::Debug for ChallengeLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeLayer")
            .field("advertised", &self.advertised)
            .finish()
    }
}

impl<S> Layer<S> for ChallengeLayer {
    type Service = Challenged<S>;

    fn layer(&self, inner: S) -> Challenged<S> {
        Challenged::new(inner, self.advertised.clone())
    }
}
