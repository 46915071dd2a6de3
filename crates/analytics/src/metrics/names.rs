//! Names that become labels, so many and no more.

use std::{
    collections::HashSet,
    sync::{Arc, RwLock},
};

use super::{read, write};

/// Names that become labels. One that is known is found without an allocation.
#[derive(Debug)]
pub(super) struct Names {
    most: usize,
    known: RwLock<HashSet<Arc<str>>>,
    none: Arc<str>,
    other: Arc<str>,
}

impl Names {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            known: RwLock::default(),
            none: "none".into(),
            other: "other".into(),
        }
    }

    /// The label of this name: itself, while there is room for it. `none` for no name.
    pub(super) fn of(&self, name: Option<&str>) -> Arc<str> {
        match name {
            Some(name) => self.known(name).unwrap_or_else(|| self.add(name)),
            None => Arc::clone(&self.none),
        }
    }

    /// The label of this name if it has one already, else `other`.
    pub(super) fn known_or_other(&self, name: &str) -> Arc<str> {
        self.known(name).unwrap_or_else(|| Arc::clone(&self.other))
    }

    fn known(&self, name: &str) -> Option<Arc<str>> {
        read(&self.known).get(name).map(Arc::clone)
    }

    fn add(&self, name: &str) -> Arc<str> {
        // When it is full, nobody waits for those who read.
        if read(&self.known).len() >= self.most {
            return Arc::clone(&self.other);
        }
        let mut known = write(&self.known);
        if let Some(name) = known.get(name) {
            return Arc::clone(name);
        }
        if known.len() >= self.most {
            return Arc::clone(&self.other);
        }
        let name: Arc<str> = name.into();
        known.insert(Arc::clone(&name));
        name
    }
}
