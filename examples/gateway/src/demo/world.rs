//! What all sessions share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::{handler::server::router::tool::ToolRouter, model::RequestStateCodec};
use tokio_util::sync::CancellationToken;

use super::{audience::Audience, note::Notes, server::Demo};

/// Key that seals the state of unfinished calls. It is no secret and need not be one: the state
/// holds nothing that the client did not say itself. A server that keeps more in it has to take a
/// random key, or one from its configuration.
const STATE_KEY: &[u8] = b"the demo server keeps no secrets, so this may be read";

/// What all sessions share.
pub(super) struct World {
    /// The tools, built once.
    pub(super) tools: ToolRouter<Demo>,
    /// Everybody who wants to hear of changes.
    pub(super) audience: Audience,
    /// Seals the state that clients carry from one round of a call to the next.
    pub(super) state: RequestStateCodec,
    /// Cancelled when the server begins to stop.
    pub(super) closing: CancellationToken,
    notes: Mutex<Notes>,
}

impl World {
    /// A fresh world with its welcome note.
    pub(super) fn new(closing: CancellationToken) -> Self {
        Self {
            tools: Demo::tools(),
            audience: Audience::default(),
            state: RequestStateCodec::new_unchecked(STATE_KEY),
            closing,
            notes: Mutex::new(Notes::new()),
        }
    }

    /// The notes, locked: do not keep the guard across an await.
    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
