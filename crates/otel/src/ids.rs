//! Ids of traces and spans.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

/// Makes ids: a counter under a keyed hash, so that nobody can guess them who does not know the key. Two processes
/// have two keys.
#[derive(Debug)]
pub(crate) struct Ids {
    key: RandomState,
    counter: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self {
            // The one source of chance in the standard library.
            key: RandomState::new(),
            counter: AtomicU64::new(0),
        }
    }

    /// The id of a span: never 0, which is none.
    pub(crate) fn span(&self) -> u64 {
        self.number().max(1)
    }

    /// The id of a trace: never 0, which is none.
    pub(crate) fn trace(&self) -> u128 {
        ((u128::from(self.number()) << 64) | u128::from(self.number())).max(1)
    }

    fn number(&self) -> u64 {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        self.key.hash_one(count)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Ids;

    #[test]
    fn ids_differ() {
        let (one, two) = (Ids::new(), Ids::new());
        let ids: HashSet<u64> = (0..1000).flat_map(|_| [one.span(), two.span()]).collect();
        assert_eq!(ids.len(), 2000);
        assert_ne!(one.trace() >> 64, one.trace() & u128::from(u64::MAX));
    }
}
