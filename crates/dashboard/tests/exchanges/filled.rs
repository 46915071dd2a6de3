//! A store with something in it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;
use tollbar_analytics::{Event, Store as _};
use tollbar_dashboard::{ExchangeStore, Filter, Line, Period, Query, QuerySettings, StoreSettings};

use crate::varied::{Chance, Varied, Variety};

pub(crate) const FEW: Variety = Variety {
    proxies: 3,
    tools: 12,
    consumers: 15,
};

/// When the made-up time begins: a whole hour.
pub(crate) fn begin() -> SystemTime {
    after(0)
}

/// So many seconds after the beginning of made-up time.
pub(crate) fn after(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_002_800 + seconds)
}

/// A folder, and a store in it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(crate) fn store(&self, set: impl FnOnce(&mut StoreSettings)) -> ExchangeStore {
        let mut settings = StoreSettings::default();
        settings.groups = usize::MAX;
        set(&mut settings);
        ExchangeStore::open(self.path(), settings).unwrap()
    }

    pub(crate) fn query(&self, set: impl FnOnce(&mut QuerySettings)) -> Query {
        let mut settings = QuerySettings::default();
        set(&mut settings);
        Query::open(self.path(), settings).unwrap()
    }
}

/// What one cell of the file says.
pub(crate) fn number(path: &Path, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Events of so many seconds, nearly in order, as exchanges of different lengths come in.
pub(crate) async fn spread(count: usize, seconds: u64, seed: u64) -> Vec<Arc<Event>> {
    let mut varied = Varied::new(FEW, seed).await;
    let mut chance = Chance(seed);
    let micros = seconds * 1_000_000;
    let mut moments: Vec<u64> = (0..count).map(|_| chance.below(micros)).collect();
    moments.sort_unstable();
    for place in 0..count {
        let other = (place + chance.below(30) as usize).min(count - 1);
        moments.swap(place, other);
    }
    let at = |micros| begin() + Duration::from_micros(micros);
    moments
        .into_iter()
        .map(|micros| Arc::new(varied.event(at(micros))))
        .collect()
}

/// A store with these, kept in batches of different lengths.
pub(crate) fn filled(events: &[Arc<Event>]) -> Place {
    let place = Place::new();
    let mut store = place.store(|_| {});
    let mut chance = Chance(3);
    let mut left = events;
    while !left.is_empty() {
        let (batch, rest) = left.split_at(left.len().min(1 + chance.below(999) as usize));
        store.keep(batch).unwrap();
        left = rest;
    }
    place
}

/// All there is.
pub(crate) fn everything() -> Filter {
    Filter::new(Period::new(SystemTime::UNIX_EPOCH, after(1 << 30)))
}

/// A member of a line.
pub(crate) fn member(line: &Line, name: &str) -> serde_json::Value {
    let line: serde_json::Value = serde_json::from_str(line.as_str()).unwrap();
    line[name].clone()
}

/// The ids of all lines that fit, page by page.
pub(crate) fn ids(query: &Query, filter: &Filter, page: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = query.exchanges(filter, cursor.as_deref(), page).unwrap();
        let id = |line| member(line, "id").as_str().unwrap().to_owned();
        ids.extend(page.exchanges.iter().map(id));
        cursor = page.next;
        if cursor.is_none() {
            return ids;
        }
    }
}
