//! Sessions of the legacy era, sealed to the consumer.

mod beginning;
mod guard;
mod sealed;
mod secret;

pub use self::{
    guard::Sessions,
    secret::{InvalidSecret, SessionSecret},
};

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
/// The session of a consumer whom the MCP server alone knows, behind a [`Relay`](crate::Relay), passes as
/// the server gives it, unless [`seal_unverified`](Self::seal_unverified) is set.
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
            sessions: Sessions::new(SessionSeal::new(secret, "")),
        }
    }

    /// Names the proxy: its sessions are not taken by proxies of other names with the same secret.
    #[must_use]
    pub fn proxy(self, name: &str) -> Self {
        let secret = self.sessions.seal().secret().clone();
        let sessions = Sessions::new(SessionSeal::new(secret, name));
        Self {
            sessions: sessions.seals_unverified(self.sessions.is_sealing_unverified()),
        }
    }

    /// Seals the sessions of [unverified](tollbar_core::Consumer::unverified) consumers, too: to their plan
    /// alone, so that the server still decides between them, and a session goes on when a token is
    /// refreshed. Default: they pass as the server's own.
    ///
    /// Needed wherever verified consumers reach the same server ([`PlanLayer::is_mixed`]): a sealed id holds
    /// the server's own one in a form that everybody can read, and a consumer whose ids pass as they are
    /// could name it. Likewise where another proxy in front of the same server seals sessions.
    ///
    /// [`PlanLayer::is_mixed`]: crate::PlanLayer::is_mixed
    #[must_use]
    pub fn seal_unverified(self) -> Self {
        Self {
            sessions: self.sessions.seals_unverified(true),
        }
    }

    /// Seals the ids of tasks with the same secret, for the same proxy and the same consumers.
    #[must_use]
    pub fn tasks(&self) -> TaskLayer {
        let seal = self.sessions.seal();
        let tasks = TaskLayer::new(seal.secret().clone()).proxy(seal.proxy());
        match self.sessions.is_sealing_unverified() {
            true => tasks.seal_unverified(),
            false => tasks,
        }
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
