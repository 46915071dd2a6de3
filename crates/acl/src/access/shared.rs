//! What the requests and the answers of one layer share.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Terms;
use crate::learnt::Learnt;

/// What holds now, and what was learnt of tools.
#[derive(Debug)]
pub(crate) struct Shared {
    terms: ArcSwap<Terms>,
    learnt: Learnt,
}

impl Shared {
    pub(crate) fn new(terms: Terms, annotations: usize) -> Self {
        Self {
            terms: ArcSwap::from_pointee(terms),
            learnt: Learnt::new(annotations),
        }
    }

    /// What holds now. Not to be kept for longer than one question takes.
    pub(crate) fn terms(&self) -> arc_swap::Guard<Arc<Terms>> {
        self.terms.load()
    }

    pub(crate) fn set_terms(&self, terms: Arc<Terms>) {
        self.terms.store(terms);
    }

    pub(crate) const fn learnt(&self) -> &Learnt {
        &self.learnt
    }

    pub(crate) const fn annotations_limit(&self) -> usize {
        self.learnt.limit()
    }
}
