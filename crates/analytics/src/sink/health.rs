//! Whether a sink does its work.

use std::sync::{Mutex, PoisonError};

/// Whether a sink does its work, and why not.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Option<Box<str>>>);

impl Health {
    /// Notes that it works. Whether it did not before.
    pub(super) fn well(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .is_some()
    }

    /// Notes that it fails. Whether it did not before.
    pub(super) fn failing(&self, why: &dyn std::fmt::Display) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.replace(why.to_string().into()).is_none()
    }

    pub(super) fn why(&self) -> Option<Box<str>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
