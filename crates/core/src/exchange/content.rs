//! The request's body, as far as guards may look at it and change it.

use std::{
    fmt,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use super::Exchange;
use crate::hook::splice;

/// A part of the body, and what stands in its place.
pub(crate) type Edit = (Range<usize>, Bytes);

/// The bytes that a frame has judged, while they are on their way in.
#[derive(Default)]
pub(super) struct Content(Mutex<Option<State>>);

struct State {
    judged: Bytes,
    edits: Vec<Edit>,
}

impl Content {
    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        // A panic elsewhere while the lock was held cannot leave half a change behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// The body of a POST, exactly as the frame has judged it, so that the places in the
    /// [`Call`](tollbar_mcp::Call) are places in it. `None` outside of a frame, for GET and DELETE,
    /// and once the body has been handed on.
    #[must_use]
    pub fn content(&self) -> Option<Bytes> {
        let content = self.0.content.lock();
        content.as_ref().map(|state| state.judged.clone())
    }

    /// Lets go of the body. Called by the service at the end of the stack when it has taken the body
    /// over, so that a slow answer does not keep it in memory.
    pub fn release_content(&self) {
        *self.0.content.lock() = None;
    }

    pub(crate) fn set_content(&self, judged: Bytes) {
        let edits = Vec::new();
        *self.0.content.lock() = Some(State { judged, edits });
    }

    /// The body with these changes and with all that were asked for before. `None` when there is no
    /// body, or when changes overlap.
    pub(crate) fn edit(&self, edits: Vec<Edit>) -> Option<Bytes> {
        let mut content = self.0.content.lock();
        let state = content.as_mut()?;
        state.edits.extend(edits);
        splice(&state.judged, state.edits.clone()).map(Bytes::from)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content")
    }
}
