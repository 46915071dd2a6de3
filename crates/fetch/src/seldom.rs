//! What must not fill a log.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lets one line of a log pass in each while, however many there would be.
#[derive(Debug)]
pub struct Seldom {
    pause: Duration,
    state: Mutex<(Option<Instant>, u64)>,
}

impl Seldom {
    /// One line in each of these whiles.
    #[must_use]
    pub const fn new(pause: Duration) -> Self {
        Self {
            pause,
            state: Mutex::new((None, 0)),
        }
    }

    /// Whether to write a line now, and how many were not written since the last one.
    pub fn pass(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, withheld) = &mut *state;
        if last.is_some_and(|last| now.saturating_duration_since(last) < self.pause) {
            *withheld += 1;
            return None;
        }
        *last = Some(now);
        Some(std::mem::take(withheld))
    }
}
