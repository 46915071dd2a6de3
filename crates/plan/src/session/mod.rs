//! Sessions of the legacy era, sealed to the consumer.

mod beginning;
mod guard;
mod sealed;
mod secret;

pub use self::{
    guard::Sessions,
    secret::{InvalidSecret, SessionSecret},
};

use std::sync::Arc;

use tollbar_core::{GuardLayer, Guarded};
use tower_layer::Layer;

pub(crate) use self::sealed::has_tasks;

use self::sealed::SessionSeal;
use crate::TaskLayer;

/// Binds each session of the legacy era to the consumer who began it.
///
/// An MCP server behind a gateway sees one client: the gateway. Whoever names the `Mcp-Session-Id` of
/// somebody else would be let into that session, read its stream, or end it. So the client never gets
/// the server's own id, but a sealed one: the id and the negotiated version, with a code
/// (HMAC-SHA-256) over both, the proxy and the consumer. An id that this consumer was not given,
/// through this proxy, is answered with 404, which tells an honest client to begin anew. That holds
/// for POST, GET (a stream that is taken up again with `Last-Event-ID` too) and DELETE.
///
/// Nothing is stored: every gateway with the same secret can check every session.
///
/// The version of the session is part of it. A later request that names another one is refused, and
/// so is an array of messages in a session whose version has none.
///
/// In the modern era there are no sessions: the frame takes the header off in both directions.
///
/// Put it inside of the plan layer and the frame: it needs the consumer and the call, and refuses
/// when one of them is missing.
#[derive(Clone, Debug)]
pub struct SessionLayer {
    sessions: Sessions,
}

impl SessionLayer {
    /// Seals sessions with this secret.
    #[must_use]
    pub fn new(secret: SessionSecret) -> Self {
        Self {
            sessions: Sessions::new(Arc::new(SessionSeal::new(secret, ""))),
        }
    }

    /// Names the proxy: its sessions are not taken by proxies of other names with the same secret.
    #[must_use]
    pub fn proxy(self, name: &str) -> Self {
        let secret = self.sessions.seal().secret().clone();
        Self {
            sessions: Sessions::new(Arc::new(SessionSeal::new(secret, name))),
        }
    }

    /// Seals the ids of tasks with the same secret, for the same proxy.
    #[must_use]
    pub fn tasks(&self) -> TaskLayer {
        let seal = self.sessions.seal();
        TaskLayer::new(seal.secret().clone()).proxy(seal.proxy())
    }

    /// The decision alone, for a host that combines guards.
    #[must_use]
    pub fn guard(&self) -> Sessions {
        self.sessions.clone()
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = Guarded<S, Sessions>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardLayer::new(self.sessions.clone()).layer(inner)
    }
}
