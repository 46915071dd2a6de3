//! Sessions on their way in and out.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, request::Parts};
use tollbar_core::{Exchange, Guard, HeadFilter, Kind, Pass, Refusal, Session};
use tollbar_mcp::{
    Call, Era, Method, Version,
    header::{MCP_PROTOCOL_VERSION, MCP_SESSION_ID},
};

use super::seal::Seal;

/// The guard of a [`SessionLayer`](super::SessionLayer).
#[derive(Clone, Debug)]
pub struct Sessions {
    seal: Arc<Seal>,
    sealing: Arc<Sealing>,
}

impl Sessions {
    pub(super) fn new(seal: Arc<Seal>) -> Self {
        let sealing = Arc::new(Sealing(Arc::clone(&seal)));
        Self { seal, sealing }
    }

    pub(super) fn seal(&self) -> &Seal {
        &self.seal
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
        if call.era() == Era::Modern {
            return Ok(Pass::new());
        }
        let sealing = Arc::clone(&self.sealing) as Arc<dyn HeadFilter>;
        exchange.filter_head(sealing).map_err(|_| {
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

/// Gives the client sealed ids only.
#[derive(Debug)]
struct Sealing(Arc<Seal>);

impl HeadFilter for Sealing {
    fn filter(&self, exchange: &Exchange, headers: &mut HeaderMap) {
        let Some(value) = headers.remove(MCP_SESSION_ID) else {
            return;
        };
        if let Some(sealed) = self.sealed(exchange, &value) {
            headers.insert(MCP_SESSION_ID, sealed);
        }
    }
}

impl Sealing {
    /// What stands for the server's id. `None` when it gives one where none is to be given.
    fn sealed(&self, exchange: &Exchange, value: &HeaderValue) -> Option<HeaderValue> {
        let (consumer, call) = (exchange.consumer()?, exchange.call()?);
        let id = value.to_str().ok()?;
        let session = match exchange.session() {
            // Servers repeat it on every answer.
            Some(session) if session.id() == id => session.clone(),
            _ if begins(call) => Session::new(id, exchange.negotiated()),
            _ => return None,
        };
        HeaderValue::try_from(self.0.seal(&session, consumer)).ok()
    }
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
