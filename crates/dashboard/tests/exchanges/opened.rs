//! Files: new ones, those of before, those of others.

use std::fs;

use rusqlite::Connection;
use tollbar_analytics::Store as _;
use tollbar_dashboard::{ExchangeStore, Query, QuerySettings, StoreError, StoreSettings};

use crate::filled::{Place, everything, number, spread};

fn open(place: &Place) -> Result<ExchangeStore, StoreError> {
    ExchangeStore::open(place.path(), StoreSettings::default())
}

fn ask(place: &Place) -> Result<Query, StoreError> {
    Query::open(place.path(), QuerySettings::default())
}

#[tokio::test]
async fn a_store_goes_on_where_it_was() {
    let events = spread(900, 600, 1).await;
    let place = Place::new();
    for part in events.chunks(300) {
        place.store(|_| {}).keep(part).unwrap();
    }
    let query = place.query(|_| {});
    assert_eq!(query.totals(&everything()).unwrap().count, 900);
    let lines = number(&place.path(), "SELECT count(*) FROM lines");
    assert_eq!(lines, 900);
}

#[tokio::test]
async fn what_one_writes_another_reads_at_once() {
    let events = spread(200, 600, 1).await;
    let place = Place::new();
    let mut store = place.store(|_| {});
    let query = place.query(|_| {});
    for (number, part) in events.chunks(50).enumerate() {
        store.keep(part).unwrap();
        let count = query.totals(&everything()).unwrap().count;
        assert_eq!(count, 50 * (number as u64 + 1));
    }
}

#[test]
fn the_file_of_another_program_is_left_alone() {
    let place = Place::new();
    let other = Connection::open(place.path()).unwrap();
    other
        .execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    drop(other);
    let before = fs::read(place.path()).unwrap();
    let error = open(&place).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    assert!(error.to_string().contains("name another file"), "{error}");
    assert!(matches!(ask(&place), Err(StoreError::Foreign { .. })));
    assert_eq!(fs::read(place.path()).unwrap(), before);

    // Without a table yet, and still somebody's.
    let place = Place::new();
    let other = Connection::open(place.path()).unwrap();
    other.pragma_update(None, "application_id", 7).unwrap();
    drop(other);
    assert!(matches!(open(&place), Err(StoreError::Foreign { .. })));
}

#[test]
fn what_is_no_database_is_left_alone() {
    let place = Place::new();
    let text = "[log]\nfile = \"a\"\n".repeat(100);
    fs::write(place.path(), &text).unwrap();
    let error = open(&place).unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
    assert!(error.to_string().contains("not a database"), "{error}");
    assert!(ask(&place).is_err());
    assert_eq!(fs::read_to_string(place.path()).unwrap(), text);
}

#[test]
fn a_newer_file_is_left_alone() {
    let place = Place::new();
    drop(open(&place).unwrap());
    let newer = Connection::open(place.path()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    for error in [
        open(&place).map(drop).unwrap_err(),
        ask(&place).map(drop).unwrap_err(),
    ] {
        assert!(
            matches!(error, StoreError::Newer { version: 99, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("use a newer version"), "{error}");
    }
    assert_eq!(number(&place.path(), "PRAGMA user_version"), 99);
}

#[test]
fn who_asks_makes_no_file() {
    let place = Place::new();
    assert!(matches!(ask(&place), Err(StoreError::Open { .. })));
    assert!(!place.path().exists());
    let error = ExchangeStore::open(place.path().join("deeper"), StoreSettings::default());
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("cannot open `") && error.contains("deeper"),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(&spread(10, 60, 1).await).unwrap();
    let mut files = 0;
    for entry in fs::read_dir(place.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
        files += 1;
    }
    assert_eq!(files, 3, "the file, its log, and its shared memory");
}
