//! What was sent, and what was lost.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How many spans were sent and lost so far. Clones look at the same numbers.
///
/// Exchanges that did not even get there are counted by the [`Worker`](tollbar_analytics::Worker).
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    sent: AtomicU64,
    lost: AtomicU64,
    rejected: AtomicU64,
}

impl Figures {
    /// Spans that the receiver has taken.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Spans that could not be sent in all attempts.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Spans that the receiver says it did not take (`partial_success`).
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.0.rejected.load(Ordering::Relaxed)
    }

    pub(crate) fn add_sent(&self, spans: u64, rejected: u64) {
        let rejected = rejected.min(spans);
        self.0.sent.fetch_add(spans - rejected, Ordering::Relaxed);
        self.0.rejected.fetch_add(rejected, Ordering::Relaxed);
    }

    pub(crate) fn add_lost(&self, spans: u64) {
        self.0.lost.fetch_add(spans, Ordering::Relaxed);
    }
}
