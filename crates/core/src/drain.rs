//! The signal that a server is about to stop.

use std::fmt;

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Says to all open streams that the server is about to stop.
///
/// A host gives one `Drain` to each exchange ([`Connection::drain`](crate::Connection::drain)); when it
/// begins to shut down it calls [`begin`](Self::begin). Streams that would stay open for ever then
/// end the way their protocol revision asks for, and calls that are under way go on.
///
/// ```
/// use tollbar_core::Drain;
///
/// let drain = Drain::new();
/// let seen_by_a_stream = drain.clone();
/// drain.begin();
/// assert!(seen_by_a_stream.has_begun());
/// ```
#[derive(Clone, Default)]
pub struct Drain(CancellationToken);

impl Drain {
    /// A signal that has not been given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal. It cannot be taken back.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// Whether the signal has been given.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the signal is given.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }

    /// The same wait as a future that owns what it needs.
    pub(crate) fn wait(&self) -> WaitForCancellationFutureOwned {
        self.0.clone().cancelled_owned()
    }
}

impl fmt::Debug for Drain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain")
            .field("begun", &self.has_begun())
            .finish()
    }
}
