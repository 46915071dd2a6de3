//! The hooks of one exchange.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Filter, HeadFilter, Watch};
use crate::exchange::Unframed;

/// The hooks that a frame runs, sealed.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) filters: Vec<Arc<dyn Filter>>,
    pub(crate) watches: Vec<Arc<dyn Watch>>,
    pub(crate) heads: Vec<Arc<dyn HeadFilter>>,
}

impl Hooks {
    /// The longest message that a watch wants to see, and that may be held for it.
    pub(crate) fn watch_limit(&self, most: usize) -> usize {
        let limits = self.watches.iter().map(|watch| watch.limit());
        limits.max().unwrap_or(0).min(most)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("filters", &self.filters.len())
            .field("watches", &self.watches.len())
            .field("heads", &self.heads.len())
            .finish()
    }
}

/// Hooks that can still be added, until the answer begins.
#[derive(Debug, Default)]
pub(crate) struct HookList(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    hooks: Hooks,
    sealed: bool,
}

impl HookList {
    pub(crate) fn filter(&self, filter: Arc<dyn Filter>) -> Result<(), Unframed> {
        let mut state = self.lock();
        if state.sealed {
            return Err(Unframed);
        }
        state.hooks.filters.push(filter);
        Ok(())
    }

    pub(crate) fn head(&self, filter: Arc<dyn HeadFilter>) -> Result<(), Unframed> {
        let mut state = self.lock();
        if state.sealed {
            return Err(Unframed);
        }
        state.hooks.heads.push(filter);
        Ok(())
    }

    pub(crate) fn watch(&self, watch: Arc<dyn Watch>) {
        let mut state = self.lock();
        if !state.sealed {
            state.hooks.watches.push(watch);
        }
    }

    /// Takes what was registered. Requests pass from the outside in, so that filters were pushed
    /// outer first; an answer passes from the inside out, so they run in reverse.
    pub(crate) fn seal(&self) -> Hooks {
        let mut state = self.lock();
        state.sealed = true;
        let mut hooks = std::mem::take(&mut state.hooks);
        hooks.filters.reverse();
        hooks.heads.reverse();
        hooks
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere while the lock was held cannot leave half a push behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
