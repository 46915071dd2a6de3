//! A sink with a thread of its own.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

use super::{
    Bounds, Sink, Store,
    run::{Entry, Run},
    state::State,
};
use crate::Event;

/// Hands events to a [`Store`], through a queue that holds so many and no more.
///
/// When the queue is full, events are dropped and counted ([`dropped`](Self::dropped)); a request never waits. A
/// store that fails loses what it was given, and is tried again with what comes next; that is counted too, and
/// [`failing`](Self::failing) says why. Call [`flush`](Self::flush) before the process ends, or what waits is lost.
///
/// Clones share the queue.
#[derive(Clone)]
pub struct Worker {
    queue: SyncSender<Entry>,
    thread: Thread,
    most_bytes: usize,
    state: Arc<State>,
}

impl Worker {
    /// Starts the thread. The name is for the log, such as `exchange log`.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn start(name: &str, bounds: Bounds, store: impl Store) -> io::Result<Self> {
        let (queue, entries) = sync_channel(bounds.places());
        let state = Arc::new(State::new(name));
        let run = Run::new(entries, store, bounds, Arc::clone(&state));
        let thread = thread::Builder::new()
            .name(format!("tollbar-{}", name.replace(' ', "-")))
            .spawn(move || run.run())?;
        Ok(Self {
            queue,
            thread: thread.thread().clone(),
            most_bytes: bounds.bytes,
            state,
        })
    }

    /// How many events were kept so far.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.state.kept.load(Ordering::Relaxed)
    }

    /// How many events were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.state.dropped.load(Ordering::Relaxed)
    }

    /// Why the store fails, when it does.
    #[must_use]
    pub fn failing(&self) -> Option<Box<str>> {
        self.state.why()
    }

    /// Puts the event into the queue. `false` when that is full.
    fn enqueue(&self, event: Arc<Event>) -> bool {
        let bytes = &self.state.bytes;
        let weight = event.weight();
        let before = bytes.fetch_add(weight, Ordering::Relaxed);
        let fits = before.saturating_add(weight) <= self.most_bytes;
        if fits && self.queue.try_send(Entry::Event(event, weight)).is_ok() {
            return true;
        }
        bytes.fetch_sub(weight, Ordering::Relaxed);
        false
    }

    /// Waits until all events recorded before are kept, or are counted as lost, or the time is over. `false` when it
    /// is. Blocks: for the end of a process, not for a request.
    #[must_use = "what is not flushed may be lost"]
    pub fn flush(&self, timeout: Duration) -> bool {
        // `None` is never.
        let deadline = Instant::now().checked_add(timeout);
        let is_over = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let (done, wait) = sync_channel(1);
        let mut flush = Entry::Flush(done);
        self.state.flushes.fetch_add(1, Ordering::Release);
        // A full queue is waited for, but not for ever: the store may hang.
        while let Err(error) = self.queue.try_send(flush) {
            flush = match error {
                TrySendError::Full(entry) if !is_over() => entry,
                _ => {
                    self.state.flushes.fetch_sub(1, Ordering::Relaxed);
                    return false;
                }
            };
            self.thread.unpark();
            thread::sleep(Duration::from_millis(1));
        }
        self.thread.unpark();
        match deadline {
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                wait.recv_timeout(left).is_ok()
            }
            None => wait.recv().is_ok(),
        }
    }
}

impl Sink for Worker {
    fn record(&self, event: Arc<Event>) {
        if !self.enqueue(event) {
            self.state.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
