//! What lists have said about tools.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use crate::Annotations;

/// The annotations of tools by name, as the last list with the tool has given them. Bounded: the oldest
/// go first.
#[derive(Debug)]
pub(crate) struct Learnt {
    limit: usize,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    tools: HashMap<Arc<str>, (Annotations, u64)>,
    /// The names by the order in which they were learnt.
    order: BTreeMap<u64, Arc<str>>,
    next: u64,
}

impl Learnt {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            known: RwLock::default(),
        }
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn get(&self, tool: &str) -> Option<Annotations> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tool)
    }

    /// Takes over what one list says: `None` for a tool of which it cannot be told. A list that says
    /// nothing new only reads.
    pub(crate) fn learn<'t>(
        &self,
        tools: impl Iterator<Item = (&'t str, Option<Annotations>)> + Clone,
    ) {
        if self.limit == 0 {
            return;
        }
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if tools.clone().all(|(name, told)| known.get(name) == told) {
                return;
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (name, told) in tools {
            if known.get(name) != told {
                known.set(name, told, self.limit);
            }
        }
    }
}

impl Known {
    fn get(&self, tool: &str) -> Option<Annotations> {
        self.tools.get(tool).map(|(annotations, _)| *annotations)
    }

    fn set(&mut self, tool: &str, told: Option<Annotations>, limit: usize) {
        if let Some((_, turn)) = self.tools.remove(tool) {
            self.order.remove(&turn);
        }
        let Some(annotations) = told else {
            return;
        };
        while self.tools.len() >= limit {
            let Some((_, oldest)) = self.order.pop_first() else {
                break;
            };
            self.tools.remove(&oldest);
        }
        let name: Arc<str> = tool.into();
        self.order.insert(self.next, Arc::clone(&name));
        self.tools.insert(name, (annotations, self.next));
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Learnt;
    use crate::{Annotations, Hint};
    use tollbar_mcp::json::Slice;

    fn some(read_only: bool) -> Option<Annotations> {
        let plain = Annotations::of(&Slice::new("{}"));
        plain.map(|plain| plain.with(Hint::ReadOnly, read_only))
    }

    #[test]
    fn the_oldest_are_forgotten_and_so_is_what_cannot_be_told() {
        let learnt = Learnt::new(2);
        learnt.learn([("a", some(true)), ("b", some(true))].into_iter());
        learnt.learn([("a", some(false))].into_iter());
        learnt.learn([("c", some(true))].into_iter());
        assert_eq!(learnt.get("b"), None, "it was the oldest");
        assert_eq!(learnt.get("a"), some(false));
        assert_eq!(learnt.get("c"), some(true));
        learnt.learn([("c", None)].into_iter());
        assert_eq!(learnt.get("c"), None);
        for turn in 0..1000 {
            learnt.learn([("c", some(turn % 2 == 0)), ("c", None)].into_iter());
        }
        let known = learnt.known.read().unwrap();
        assert_eq!((known.tools.len(), known.order.len()), (1, 1));
    }

    #[test]
    fn none_is_a_limit() {
        let learnt = Learnt::new(0);
        learnt.learn([("a", some(true))].into_iter());
        assert_eq!(learnt.get("a"), None);
    }
}
