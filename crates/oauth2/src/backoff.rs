//! How long to leave something alone that has failed.

use std::time::Duration;

use tokio::time::Instant;

/// Longer waits mean "never", and would overflow clocks.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How long to wait after failures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// After the first one.
    pub(crate) first: Duration,
    /// After many.
    pub(crate) longest: Duration,
}

/// Failures one after the other, each of which doubles the wait.
#[derive(Debug)]
pub(crate) struct Backoff {
    pace: Pace,
    failures: u32,
    until: Option<Instant>,
}

impl Backoff {
    pub(crate) fn new(pace: Pace) -> Self {
        Self {
            pace: Pace {
                first: pace.first.min(NEVER),
                longest: pace.longest.min(NEVER),
            },
            failures: 0,
            until: None,
        }
    }

    /// How much of the wait is left, if any.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.until?.checked_duration_since(now)?;
        (!left.is_zero()).then_some(left)
    }

    /// Notes a failure, and says how long to wait now.
    pub(crate) fn fail(&mut self, now: Instant) -> Duration {
        self.fail_for(now, Duration::ZERO)
    }

    /// Notes a failure after which a wait was asked for, and says how long to wait now. What was asked
    /// for counts up to the longest wait.
    pub(crate) fn fail_for(&mut self, now: Instant, asked: Duration) -> Duration {
        let doubled = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let whole = self.pace.first.saturating_mul(doubled);
        let wait = shortened(whole.min(self.pace.longest)).max(asked.min(self.pace.longest));
        self.failures = self.failures.saturating_add(1);
        self.until = Some(now + wait);
        wait
    }

    /// How many failures there were since the last success.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    /// Notes a success.
    pub(crate) const fn clear(&mut self) {
        self.failures = 0;
        self.until = None;
    }
}

/// Takes up to a fifth off, by chance: gateways that have failed together should not come back
/// together.
fn shortened(wait: Duration) -> Duration {
    // Without chance there is nothing wrong with the whole wait.
    let chance = getrandom::u32().unwrap_or_default();
    wait - (wait / 5).mul_f64(f64::from(chance) / f64::from(u32::MAX))
}
