//! Telling of handshakes that fail.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// How long nothing more is told after something was, in milliseconds: whoever connects to a server
/// must not be able to fill its log.
const PAUSE: u64 = 1_000;

/// Tells of handshakes that fail, once a second. Clones share the count.
#[derive(Clone, Debug)]
pub(super) struct Failures(Arc<Count>);

#[derive(Debug)]
struct Count {
    start: Instant,
    /// When something may be told again, in milliseconds since the start.
    next: AtomicU64,
    untold: AtomicU64,
}

impl Failures {
    pub(super) fn new() -> Self {
        Self(Arc::new(Count {
            start: Instant::now(),
            next: AtomicU64::new(0),
            untold: AtomicU64::new(0),
        }))
    }

    /// A handshake with this peer has failed for this reason.
    pub(super) fn tell(&self, peer: SocketAddr, reason: &dyn fmt::Display) {
        let now = u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match self.turn(now) {
            Some(0) => tracing::info!(%peer, "a TLS handshake has failed: {reason}"),
            Some(untold) => tracing::info!(
                %peer, untold, "a TLS handshake has failed, and {untold} before it: {reason}"
            ),
            None => tracing::debug!(%peer, "a TLS handshake has failed: {reason}"),
        }
    }

    /// How many were not told since the last one that was; `None` when this one is not told either.
    fn turn(&self, now: u64) -> Option<u64> {
        let next = self.0.next.load(Ordering::Relaxed);
        let later = now.saturating_add(PAUSE);
        let claim = || {
            self.0
                .next
                .compare_exchange(next, later, Ordering::Relaxed, Ordering::Relaxed)
        };
        if now >= next && claim().is_ok() {
            return Some(self.0.untold.swap(0, Ordering::Relaxed));
        }
        self.0.untold.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;

    #[test]
    fn one_a_second_is_told_and_the_others_are_counted() {
        let failures = Failures::new();
        let turns = [0, 0, 10, 999, 1_000, 1_001, 5_000].map(|now| failures.turn(now));
        let expected = [Some(0), None, None, None, Some(3), None, Some(1)];
        assert_eq!(turns, expected);
    }
}
