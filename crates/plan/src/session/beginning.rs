//! A session that begins.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderValue};
use tollbar_core::{Exchange, Filter, HeadFilter, Message, Refusal, Session};
use tollbar_mcp::{header::MCP_SESSION_ID, json};

use super::sealed::SessionSeal;

/// Seals the id of a session that begins, with what the answer to `initialize` says of it. One for each
/// exchange: the message comes first, and then the head.
#[derive(Debug)]
pub(super) struct Beginning {
    seal: Arc<SessionSeal>,
    /// Set when the server offers tasks.
    tasks: OnceLock<()>,
}

impl Beginning {
    pub(super) const fn new(seal: Arc<SessionSeal>) -> Self {
        Self {
            seal,
            tasks: OnceLock::new(),
        }
    }
}

impl Filter for Beginning {
    fn filter(&self, _: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        let capabilities = message
            .result()
            .and_then(|result| result.get("capabilities"));
        let tasks = capabilities.and_then(|capabilities| capabilities.get("tasks"));
        if tasks.and_then(|tasks| tasks.kind()) == Some(json::Kind::Object) {
            let _ = self.tasks.set(());
        }
        Ok(())
    }
}

impl HeadFilter for Beginning {
    fn filter(&self, exchange: &Exchange, headers: &mut HeaderMap) {
        let has_tasks = self.tasks.get().is_some();
        put(headers, |id| {
            let consumer = exchange.consumer()?;
            let session = Session::new(id, exchange.negotiated());
            let sealed = self.seal.seal(&session, has_tasks, consumer);
            // The exchange that begins a session belongs to it.
            let _ = exchange.set_session(session);
            Some(sealed)
        });
    }
}

/// Puts what the client may see in the place of the server's id.
pub(super) fn put(headers: &mut HeaderMap, sealed: impl FnOnce(&str) -> Option<String>) {
    let Some(id) = headers.remove(MCP_SESSION_ID) else {
        return;
    };
    let sealed = id.to_str().ok().and_then(sealed);
    if let Some(value) = sealed.and_then(|sealed| HeaderValue::try_from(sealed).ok()) {
        headers.insert(MCP_SESSION_ID, value);
    }
}
