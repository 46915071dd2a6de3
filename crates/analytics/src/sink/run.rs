//! The thread of a worker.

use std::{
    mem,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::Instant,
};

use super::{
    Bounds, Store,
    state::{State, caught},
};
use crate::Event;

/// What stands in the queue.
pub(super) enum Entry {
    /// With its weight.
    Event(Arc<Event>, usize),
    Flush(SyncSender<()>),
}

/// The end of the queue that takes.
pub(super) struct Run<S> {
    pub(super) entries: Receiver<Entry>,
    pub(super) store: S,
    pub(super) bounds: Bounds,
    pub(super) state: Arc<State>,
    gathered: Vec<Arc<Event>>,
    gathered_bytes: usize,
    tidied: Instant,
}

impl<S: Store> Run<S> {
    pub(super) fn new(
        entries: Receiver<Entry>,
        store: S,
        bounds: Bounds,
        state: Arc<State>,
    ) -> Self {
        Self {
            entries,
            store,
            bounds,
            state,
            gathered: Vec::with_capacity(bounds.batch.min(1024)),
            gathered_bytes: 0,
            tidied: Instant::now(),
        }
    }

    /// Ends when the last sender is gone, and nothing waits any more.
    pub(super) fn run(mut self) {
        loop {
            match self.entries.recv_timeout(self.bounds.idle()) {
                Ok(first) => self.gather(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.tidy_where_due();
        }
    }

    /// Takes what waits, and keeps it.
    fn gather(&mut self, first: Entry) {
        if matches!(first, Entry::Event(..)) {
            // Who records while nobody waits for it wakes nobody: that is most of the cost. A flush does.
            self.pause();
        }
        let mut next = Some(first);
        while let Some(entry) = next {
            match entry {
                Entry::Event(event, weight) => {
                    self.gathered_bytes += weight;
                    self.gathered.push(event);
                }
                Entry::Flush(done) => {
                    self.keep();
                    let store = &mut self.store;
                    let result = caught(|| store.flush());
                    // One that had nothing to hand on has not shown that it works.
                    if result.is_err() {
                        self.state.judge_tidying(result);
                    }
                    self.state.flushes.fetch_sub(1, Ordering::Relaxed);
                    let _ = done.try_send(());
                }
            }
            if self.gathered.len() >= self.bounds.batch {
                self.keep();
                // Where something waits all the time, this does not end.
                self.tidy_where_due();
            }
            next = self.entries.try_recv().ok();
        }
        self.keep();
    }

    /// Lets events gather, until somebody waits for them.
    fn pause(&self) {
        let start = Instant::now();
        let gathering = self.bounds.gathering;
        // A flush counts itself first, and wakes then. To be woken is not enough: the queue does that too.
        while self.state.flushes.load(Ordering::Acquire) == 0 {
            let left = gathering.saturating_sub(start.elapsed());
            if left.is_zero() {
                return;
            }
            thread::park_timeout(left);
        }
    }

    fn keep(&mut self) {
        if self.gathered.is_empty() {
            return;
        }
        let (store, gathered) = (&mut self.store, &self.gathered);
        let result = caught(|| store.keep(gathered));
        self.state.judge_keeping(result, self.gathered.len());
        self.gathered.clear();
        let bytes = mem::take(&mut self.gathered_bytes);
        self.state.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn tidy_where_due(&mut self) {
        if self.tidied.elapsed() < self.bounds.idle() {
            return;
        }
        self.tidied = Instant::now();
        let store = &mut self.store;
        self.state.judge_tidying(caught(|| store.tidy()));
    }
}
