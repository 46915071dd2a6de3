//! Sessions on their way in and out.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, request::Parts};
use tollbar_core::{Exchange, Filter, Guard, Kind, Pass, Refusal, Session, Unframed};
use tollbar_mcp::{
    Call, Era, Method, Version,
    header::{MCP_PROTOCOL_VERSION, MCP_SESSION_ID},
};

use super::{
    beginning::{Beginning, put},
    sealed::SessionSeal,
};

/// The guard of a [`SessionLayer`](super::SessionLayer).
#[derive(Clone, Debug)]
pub struct Sessions {
    seal: Arc<SessionSeal>,
    seals_unverified: bool,
}

impl Sessions {
    pub(super) fn new(seal: SessionSeal) -> Self {
        Self {
            seal: Arc::new(seal),
            seals_unverified: false,
        }
    }

    pub(super) const fn seals_unverified(mut self, seals: bool) -> Self {
        self.seals_unverified = seals;
        self
    }

    pub(super) const fn is_sealing_unverified(&self) -> bool {
        self.seals_unverified
    }

    pub(super) fn seal(&self) -> &SessionSeal {
        &self.seal
    }

    /// Sees to it that the client gets sealed ids only.
    fn register(&self, exchange: &Exchange, call: &Call) -> Result<(), Unframed> {
        if !begins(call) {
            return exchange.filter_head(Arc::new(repeat));
        }
        let beginning = Arc::new(Beginning::new(Arc::clone(&self.seal)));
        exchange.filter(Arc::clone(&beginning) as Arc<dyn Filter>)?;
        exchange.filter_head(beginning)
    }
}

impl Guard for Sessions {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let (Some(call), Some(consumer)) = (exchange.call(), exchange.consumer()) else {
            return Err(Refusal::new(
                Kind::Unavailable,
                "session_unbound",
                "the gateway is misconfigured: sessions are checked inside of plan and frame",
            ));
        };
        // Whose session it is, the server alone knows where it alone knows who asks.
        let is_servers_own = !consumer.is_verified() && !self.seals_unverified;
        if call.era() == Era::Modern || is_servers_own {
            return Ok(Pass::new());
        }
        self.register(exchange, call).map_err(|Unframed| {
            Refusal::new(
                Kind::Unavailable,
                "session_unbound",
                "the gateway is misconfigured: sessions are checked inside of the frame",
            )
        })?;
        let Some(sealed) = call.session() else {
            // Which stream an event was on is known by the session only.
            return match call.last_event_id() {
                None => Ok(Pass::new()),
                Some(_) => Err(Refusal::new(
                    Kind::Malformed,
                    "resumption_without_session",
                    "a stream is taken up again within its session only: send `Mcp-Session-Id`",
                )),
            };
        };
        let Some(session) = self.seal.open(sealed, consumer) else {
            // A client that begins anew may still name what it has lost.
            return match begins(call) {
                true => Ok(Pass::new().without_request_header(MCP_SESSION_ID)),
                false => Err(unknown()),
            };
        };
        agrees(&session, head, call)?;
        let id = HeaderValue::from_str(session.id()).map_err(|_| unknown())?;
        // A stack with two of these would open what is open already.
        exchange.set_session(session).map_err(|_| unknown())?;
        Ok(Pass::new().with_request_header(MCP_SESSION_ID, id))
    }
}

/// Whether a session may begin with this call.
fn begins(call: &Call) -> bool {
    let mut messages = call.messages().iter();
    messages.any(|message| message.method() == Some(&Method::Initialize))
}

/// Whether a request speaks the version of its session.
fn agrees(session: &Session, head: &Parts, call: &Call) -> Result<(), Refusal> {
    let Some(version) = session.version() else {
        return Ok(());
    };
    let named = head.headers.get(MCP_PROTOCOL_VERSION);
    if named.is_some_and(|named| named != version.as_str()) {
        return Err(Refusal::new(
            Kind::Malformed,
            "session_version",
            format!(
                "`MCP-Protocol-Version` is not {version}, on which this session has settled",
                version = version.as_str()
            ),
        ));
    }
    // Without the header the frame has read the call as one of 2025-03-26.
    if call.is_batch() && version != Version::V2025_03_26 {
        return Err(Refusal::new(
            Kind::Malformed,
            "session_version",
            format!(
                "this session has settled on {version}, which has no arrays of messages",
                version = version.as_str()
            ),
        ));
    }
    Ok(())
}

/// Gives the client no other id than the one that it knows. Servers repeat it on every answer, and
/// may give one at the beginning of a session only.
fn repeat(exchange: &Exchange, headers: &mut HeaderMap) {
    put(headers, |id| {
        let known = exchange.session().filter(|known| known.id() == id);
        known.and(exchange.call()?.session()).map(str::to_owned)
    });
}

/// As a server answers for a session that has ended: an honest client begins anew (MCP 2025-11-25
/// `basic/transports`, Session Management).
fn unknown() -> Refusal {
    Refusal::new(
        Kind::NotFound,
        "session_unknown",
        "there is no such session: begin anew with `initialize`",
    )
}
