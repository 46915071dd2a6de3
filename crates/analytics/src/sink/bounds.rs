//! How much may wait for a worker.

use std::time::Duration;

use crate::Event;

/// A worker with nothing to do looks no more often whether there is something to tidy up.
const SHORTEST_IDLE: Duration = Duration::from_millis(10);

/// How much may wait for a [`Worker`](super::Worker), and how it takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// Events that can wait. Room for their addresses is taken at once. Default 8,192.
    pub events: usize,
    /// How many bytes they may have together ([`Event::weight`]), those among them that are being kept. Default 16 MiB.
    pub bytes: usize,
    /// How many are kept at once. Default 1,000.
    pub batch: usize,
    /// For how long events are gathered before they are kept. What was gathered is lost when the process is
    /// killed. Default 5 ms.
    pub gathering: Duration,
    /// How often the store may tidy up, at least 10 ms. Default 10 s.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            events: 8192,
            bytes: 16 << 20,
            batch: 1000,
            gathering: Duration::from_millis(5),
            idle: Duration::from_secs(10),
        }
    }
}

impl Bounds {
    /// How long the queue is. No more events fit into it than have room in the bytes.
    pub(super) fn places(&self) -> usize {
        let most = self.bytes / size_of::<Event>();
        self.events.clamp(1, most.max(1))
    }

    pub(super) fn idle(&self) -> Duration {
        self.idle.max(SHORTEST_IDLE)
    }
}
