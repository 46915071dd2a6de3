//! From when until when.

use std::time::{Duration, SystemTime};

use crate::store::since_epoch;

/// From when until when requests came in: with the beginning, without the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Microseconds since 1970.
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Period {
    /// Between two moments. Empty when the second is not after the first.
    #[must_use]
    pub fn new(from: SystemTime, until: SystemTime) -> Self {
        let from = since_epoch(from).max(0);
        Self {
            from,
            until: since_epoch(until).max(from),
        }
    }

    /// The time so far back from now.
    #[must_use]
    pub fn last(duration: Duration) -> Self {
        let now = SystemTime::now();
        Self::new(
            now.checked_sub(duration).unwrap_or(SystemTime::UNIX_EPOCH),
            now,
        )
    }

    /// How long it is.
    #[must_use]
    pub const fn length(&self) -> Duration {
        Duration::from_micros(self.until.saturating_sub(self.from).cast_unsigned())
    }
}
