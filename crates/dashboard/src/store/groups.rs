//! How many names may be told apart.

use std::{
    collections::{HashMap, HashSet, hash_map::RandomState},
    hash::BuildHasher as _,
    time::{Duration, Instant},
};

use super::row::{Group, Row};

/// So many proxies have a room of their own. The others share one.
const PROXIES: usize = 1_000;

/// Who shares a room: what comes in at one proxy, apart by whether a plan has found out who asks. What a stranger
/// makes up takes no room of another proxy, nor of who has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Room {
    /// The hash of its name. `None` for those beyond the bound.
    proxy: Option<u64>,
    is_known: bool,
}

/// Which groups were made in this minute.
#[derive(Debug)]
pub(super) struct Groups {
    most: usize,
    since: Instant,
    proxies: HashSet<u64>,
    /// Their hashes: that two have the same one only lets one more in.
    made: HashMap<Room, HashSet<u64>>,
    state: RandomState,
}

impl Groups {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            since: Instant::now(),
            proxies: HashSet::new(),
            made: HashMap::new(),
            state: RandomState::new(),
        }
    }

    /// The group, or the one that it is counted with.
    ///
    /// Known consumers are told apart for longer than what they ask for: one who makes up names hides what the others
    /// asked for, but not how much.
    pub(super) fn admit<'a>(&mut self, row: &Row<'a>) -> Group<'a> {
        let group = &row.group;
        let is_known = row.is_consumer_verified && !group.consumer.is_empty();
        let proxy = self.proxy(group.proxy);
        let made = self.made.entry(Room { proxy, is_known }).or_default();
        let state = &self.state;
        let mut has_room = |group: &Group<'_>, most: usize| {
            let hash = state.hash_one(group);
            made.contains(&hash) || (made.len() < most && made.insert(hash))
        };
        if has_room(group, self.most) {
            return group.clone();
        }
        let folded = group.clone().folded(row.is_method_known);
        if is_known && has_room(&folded, self.most.saturating_mul(2)) {
            return folded;
        }
        folded.nameless()
    }

    fn proxy(&mut self, name: &str) -> Option<u64> {
        let hash = self.state.hash_one(name);
        let has_room = self.proxies.contains(&hash)
            || (self.proxies.len() < PROXIES && self.proxies.insert(hash));
        has_room.then_some(hash)
    }

    /// Begins anew each minute.
    pub(super) fn turn(&mut self) {
        if self.since.elapsed() >= Duration::from_secs(60) {
            self.since = Instant::now();
            self.proxies.clear();
            self.made.clear();
        }
    }
}
