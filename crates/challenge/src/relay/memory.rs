//! What is known of the metadata of one server.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;
use url::Url;

use super::fault::RelayFault;

#[cfg(test)]
mod tests;

/// What is told, under each of the two identifiers.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) plain: Bytes,
    pub(super) slashed: Bytes,
}

/// What a look for metadata has come to.
pub(super) type Outcome = Result<Arc<Metadata>, Arc<RelayFault>>;

/// Remembers metadata, and failures to find it, so that many requests are few looks.
#[derive(Debug)]
pub(super) struct Memory {
    lifetime: Duration,
    stale: Duration,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    found: Option<(Arc<Metadata>, Instant)>,
    failed: Option<(Arc<RelayFault>, Instant)>,
    /// The place that the server's last challenge has named.
    named: Option<Url>,
    /// What was named when one looked last.
    sought: Option<Url>,
    /// Whether what was found may have changed: the server has refused a token.
    doubted: bool,
    /// When one has looked before it was time, because of a newly named place or a doubt.
    hurried: Option<Instant>,
}

impl Memory {
    pub(super) fn new(lifetime: Duration, stale: Duration, pause: Duration) -> Self {
        Self {
            lifetime,
            stale,
            pause,
            state: Mutex::default(),
        }
    }

    /// Notes the place that a challenge names.
    pub(super) fn name(&self, place: &Url) {
        let mut state = self.state();
        if state.named.as_ref() != Some(place) {
            state.named = Some(place.clone());
        }
    }

    /// Notes that what was found may have changed.
    pub(super) fn doubt(&self) {
        self.state().doubted = true;
    }

    /// What is known; `None` when it is time to look.
    pub(super) fn recall(&self, now: Instant) -> Option<Outcome> {
        self.state().recall(self, now)
    }

    /// Begins to look, unless somebody has looked in the meantime: gives what is known, or else the place
    /// that was named.
    pub(super) fn begin(&self, now: Instant) -> Result<Outcome, Option<Url>> {
        let mut state = self.state();
        if let Some(known) = state.recall(self, now) {
            return Ok(known);
        }
        if state.is_current(self, now) {
            state.hurried = Some(now);
        }
        state.sought = state.named.clone();
        state.doubted = false;
        Err(state.named.clone())
    }

    /// Notes what was found, and gives what is told from now on.
    pub(super) fn note(&self, outcome: Outcome, now: Instant) -> Outcome {
        let mut state = self.state();
        match &outcome {
            Ok(metadata) => {
                state.found = Some((Arc::clone(metadata), now));
                state.failed = None;
            }
            Err(fault) => {
                // What the server says of itself now takes the place of what it said before.
                if !fault.is_passing() {
                    state.found = None;
                }
                state.failed = Some((Arc::clone(fault), now));
            }
        }
        state.served_on(self, now).map_or(outcome, Ok)
    }

    /// How old what was found is, and for how long it is told, where that is in spite of a failure.
    pub(super) fn stale_since(&self, now: Instant) -> Option<(Duration, Duration)> {
        let state = self.state();
        state.failed.as_ref()?;
        state.served_on(self, now)?;
        let age = age(state.found.as_ref()?.1, now);
        Some((age, self.longest().saturating_sub(age)))
    }

    /// How old what is told can be.
    fn longest(&self) -> Duration {
        self.lifetime.max(self.stale)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn recall(&self, memory: &Memory, now: Instant) -> Option<Outcome> {
        let is_doubtful = self.doubted || self.named != self.sought;
        let may_hurry = self.hurried.is_none_or(|at| age(at, now) >= memory.pause);
        if !self.is_current(memory, now) || (is_doubtful && may_hurry) {
            return None;
        }
        let served = self.served_on(memory, now).map(Ok);
        served.or_else(|| {
            self.failed
                .as_ref()
                .map(|(fault, _)| Err(Arc::clone(fault)))
        })
    }

    /// Whether it is not yet time to look again.
    fn is_current(&self, memory: &Memory, now: Instant) -> bool {
        match (&self.failed, &self.found) {
            (Some((_, at)), _) => age(*at, now) < memory.pause,
            (None, Some((_, at))) => age(*at, now) < memory.lifetime,
            (None, None) => false,
        }
    }

    /// What was found, while it may be told.
    fn served_on(&self, memory: &Memory, now: Instant) -> Option<Arc<Metadata>> {
        let (metadata, at) = self.found.as_ref()?;
        (age(*at, now) < memory.longest()).then(|| Arc::clone(metadata))
    }
}

fn age(of: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(of)
}
