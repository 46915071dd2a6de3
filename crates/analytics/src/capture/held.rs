//! What all open exchanges hold together.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What an entry takes besides its text, in bytes.
const ENTRY: usize = 64;

/// Room for what open exchanges hold. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    most: usize,
    bytes: Arc<AtomicUsize>,
}

impl Held {
    pub(super) fn new(most: usize) -> Self {
        let bytes = Arc::default();
        Self { most, bytes }
    }

    /// Takes room for an entry of so many bytes, and says how much that is. `None` when there is not enough.
    pub(super) fn take(&self, length: usize) -> Option<usize> {
        let length = length.saturating_add(ENTRY);
        let fits = |held: usize| held.checked_add(length).filter(|held| *held <= self.most);
        let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
        self.bytes.fetch_update(set, get, fits).ok()?;
        Some(length)
    }

    /// Gives back what was taken.
    pub(super) fn give(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}
