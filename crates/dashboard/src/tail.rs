//! Events as they happen.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::broadcast::{self, Receiver, Sender, error::RecvError};
use tollbar_analytics::{Event, Sink};

/// How many events a reader may be behind, unless it is said otherwise.
const USUAL: usize = 1_024;

/// A sink whose events can be read as they happen.
///
/// It holds the last events (1,024, unless it is told otherwise) and no more, whoever reads: a reader that is further
/// behind misses some, and is told how many. While nobody reads it does nothing. Clones are the same.
#[derive(Clone)]
pub struct Tail(Arc<Shared>);

struct Shared {
    /// Nothing is the end.
    sender: Sender<Option<Arc<Event>>>,
    is_closed: AtomicBool,
}

/// What a reader gets.
pub(crate) enum News {
    Event(Arc<Event>),
    Skipped(u64),
}

impl Tail {
    /// One that holds 1,024 events.
    #[must_use]
    pub fn new() -> Self {
        Self::with_room(USUAL)
    }

    /// One that holds so many events, at least one and at most 65,536, rounded up to a power of two. Room for their
    /// addresses is taken at once.
    #[must_use]
    pub fn with_room(events: usize) -> Self {
        let (sender, _) = broadcast::channel(events.clamp(1, 1 << 16));
        Self(Arc::new(Shared {
            sender,
            is_closed: AtomicBool::new(false),
        }))
    }

    /// Ends all readers, those that come later too: for a server that stops.
    pub fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        // There may be no reader.
        let _ = self.0.sender.send(None);
    }

    /// Reads from now on.
    pub(crate) fn read(&self) -> Reader {
        Reader {
            // Before the look at the flag: whoever closes after that look reaches this one.
            receiver: self.0.sender.subscribe(),
            is_over: self.0.is_closed.load(Ordering::Acquire),
        }
    }
}

impl Default for Tail {
    fn default() -> Self {
        Self::new()
    }
}

impl Sink for Tail {
    fn record(&self, event: Arc<Event>) {
        if self.0.sender.receiver_count() > 0 {
            let _ = self.0.sender.send(Some(event));
        }
    }
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tail")
            .field("readers", &self.0.sender.receiver_count())
            .finish_non_exhaustive()
    }
}

/// Reads events as they happen.
pub(crate) struct Reader {
    receiver: Receiver<Option<Arc<Event>>>,
    is_over: bool,
}

impl Reader {
    /// The next event. `None` when the tail was closed. Can be dropped at any time without a loss.
    pub(crate) async fn next(&mut self) -> Option<News> {
        if self.is_over {
            return None;
        }
        match self.receiver.recv().await {
            Ok(Some(event)) => Some(News::Event(event)),
            Err(RecvError::Lagged(skipped)) => Some(News::Skipped(skipped)),
            Ok(None) | Err(RecvError::Closed) => {
                self.is_over = true;
                None
            }
        }
    }
}
