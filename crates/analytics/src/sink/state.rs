//! What both ends of a worker's queue know.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

use super::{
    health::Health,
    store::{PartlyKept, StoreError},
};

/// What both ends of a worker's queue know.
#[derive(Debug, Default)]
pub(super) struct State {
    name: Box<str>,
    /// Of events that wait, and of those that are being kept.
    pub(super) bytes: AtomicUsize,
    /// How many wait until all is kept.
    pub(super) flushes: AtomicUsize,
    pub(super) kept: AtomicU64,
    pub(super) dropped: AtomicU64,
    /// Whether events can be kept.
    keeping: Health,
    /// Whether all else goes well.
    tidying: Health,
}

impl State {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    pub(super) fn why(&self) -> Option<Box<str>> {
        self.keeping.why().or_else(|| self.tidying.why())
    }

    /// Counts what became of so many events. Says once that they cannot be kept, and once that they can be again.
    pub(super) fn judge_keeping(&self, result: Result<(), StoreError>, events: usize) {
        let name = &self.name;
        let kept = match &result {
            Ok(()) => events,
            Err(error) => match error.downcast_ref::<PartlyKept>() {
                Some(partly) => partly.events.min(events),
                None => 0,
            },
        };
        self.kept.fetch_add(kept as u64, Ordering::Relaxed);
        self.dropped
            .fetch_add((events - kept) as u64, Ordering::Relaxed);
        if kept == events {
            if self.keeping.well() {
                tracing::info!("the {name} can be written again");
            }
            // Nothing is lost, whatever went wrong after it.
            if result.is_err() {
                self.judge_tidying(result);
            }
        } else if let Err(error) = result
            && self.keeping.failing(&error)
        {
            tracing::error!(%error, "the {name} cannot be written: what comes for it is lost");
        }
    }

    /// Says once that the store cannot tidy up, and once that it can again.
    pub(super) fn judge_tidying(&self, result: Result<(), StoreError>) {
        let name = &self.name;
        match result {
            Ok(()) => {
                if self.tidying.well() {
                    tracing::info!("the {name} can be tidied up again");
                }
            }
            Err(error) => {
                if self.tidying.failing(&error) {
                    tracing::error!(%error, "the {name} cannot be tidied up");
                }
            }
        }
    }
}

/// What the store says. A panic is an error like any other: the thread goes on, and what was lost is counted.
pub(super) fn caught(work: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    // Whatever state a store is left in is its own, and it alone is asked again.
    let result = catch_unwind(AssertUnwindSafe(work));
    // What it says may be anything, and was printed.
    result.unwrap_or_else(|_| Err("it has panicked".into()))
}
