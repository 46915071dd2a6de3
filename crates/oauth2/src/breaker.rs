//! Leaving a server alone that fails.

#[cfg(test)]
mod tests;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::backoff::{Backoff, Pace};

/// When to come again while a single request tries whether the server is back.
const TRIAL: Duration = Duration::from_secs(1);

/// A circuit breaker: some failures in a row open it, and nobody asks until the wait is over. Then one
/// request tries; its failure doubles the wait, its success closes the breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// So many failures in a row open it.
    most: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since the last success.
    failures: u32,
    backoff: Backoff,
    /// Counts the changes of the phase: what was begun in an earlier one no longer counts when it ends.
    era: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    Open,
    Trial,
}

/// Leave to ask once. Dropped without a word, it counts as if nobody had asked.
#[derive(Debug)]
#[must_use]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    era: u64,
}

/// What a failure has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It is one of so many in a row.
    Counted(u32),
    /// It has opened the breaker for so long, after so many in a row.
    Opened(u32, Duration),
    /// The breaker has opened since it was begun.
    Late,
}

impl Breaker {
    /// Opens after so many failures in a row, at least one.
    pub(crate) fn new(most: u32, pace: Pace) -> Self {
        Self {
            most,
            state: Mutex::new(State {
                phase: Phase::Closed,
                failures: 0,
                backoff: Backoff::new(pace),
                era: 0,
            }),
        }
    }

    /// How long to leave the server alone, if at all.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let state = self.lock();
        match state.phase {
            Phase::Closed => None,
            Phase::Open => state.backoff.left(now),
            Phase::Trial => Some(TRIAL),
        }
    }

    /// Asks for leave.
    ///
    /// # Errors
    ///
    /// How long to leave the server alone.
    pub(crate) fn enter(&self, now: Instant) -> Result<Permit<'_>, Duration> {
        let mut state = self.lock();
        match state.phase {
            Phase::Closed => {}
            Phase::Trial => return Err(TRIAL),
            Phase::Open => match state.backoff.left(now) {
                Some(left) => return Err(left),
                None => state.turn(Phase::Trial),
            },
        }
        Ok(Permit {
            breaker: self,
            era: state.era,
        })
    }

    /// Nothing that holds the lock can panic half-way, so what a panic elsewhere left is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    const fn turn(&mut self, phase: Phase) {
        self.phase = phase;
        self.era += 1;
    }
}

impl Permit<'_> {
    /// Whether it is the one request that tries whether the server is back.
    pub(crate) fn is_trial(&self) -> bool {
        let state = self.breaker.lock();
        state.era == self.era && state.phase == Phase::Trial
    }

    /// Whether its failure would open the breaker.
    pub(crate) fn is_last(&self) -> bool {
        let state = self.breaker.lock();
        state.era == self.era && state.failures.saturating_add(1) >= self.breaker.most
    }

    /// Notes that the server has answered, and says how many failures were before that.
    pub(crate) fn succeed(self) -> u32 {
        let mut state = self.breaker.lock();
        if state.era != self.era {
            return 0;
        }
        if state.phase == Phase::Trial {
            state.turn(Phase::Closed);
        }
        state.backoff.clear();
        std::mem::take(&mut state.failures)
    }

    /// Notes that it has not. A server that has asked for a wait is left alone at once.
    pub(crate) fn fail(self, now: Instant, asked: Option<Duration>) -> Failed {
        let mut state = self.breaker.lock();
        if state.era != self.era {
            return Failed::Late;
        }
        state.failures = state.failures.saturating_add(1);
        let is_trial = state.phase == Phase::Trial;
        if !is_trial && asked.is_none() && state.failures < self.breaker.most {
            return Failed::Counted(state.failures);
        }
        let wait = state.backoff.fail_for(now, asked.unwrap_or_default());
        state.turn(Phase::Open);
        Failed::Opened(state.failures, wait)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.lock();
        if state.era == self.era && state.phase == Phase::Trial {
            // The wait is over already: the next one tries.
            state.turn(Phase::Open);
        }
    }
}
