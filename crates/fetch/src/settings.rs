//! The bounds of a fetcher.

use std::time::Duration;

/// The bounds of a [`Fetcher`](crate::Fetcher).
#[derive(Clone, Debug)]
pub struct FetchSettings {
    /// From connecting until the last byte of the answer. Default: 10 seconds.
    pub timeout: Duration,
    /// The bytes of an answer's content. Default: 64 KiB.
    pub answer_limit: usize,
    /// How many connections are kept for the next request, each for 4 seconds. Default: none, as is right
    /// for what happens once an hour.
    pub idle_connections: usize,
    /// PEM files with certificates to trust, besides the public roots of the web. Default: none.
    pub authorities: Vec<Vec<u8>>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            answer_limit: 64 * 1024,
            idle_connections: 0,
            authorities: Vec::new(),
        }
    }
}
