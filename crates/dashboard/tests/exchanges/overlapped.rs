//! Somebody reads all the time, while the store writes.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tollbar_analytics::{Event, Store as _};
use tollbar_dashboard::ExchangeStore;

use crate::filled::{Place, number, spread};

const LOG: u64 = 1 << 20;

/// A connection that reads from now on.
fn reader(path: &PathBuf) -> Connection {
    let connection = Connection::open(path).unwrap();
    begin(&connection);
    connection
}

fn begin(connection: &Connection) {
    connection.execute_batch("BEGIN").unwrap();
    let count = "SELECT count(*) FROM exchanges WHERE at_us < 0";
    connection
        .query_row(count, [], |row| row.get::<_, i64>(0))
        .unwrap();
}

/// Reads all the time, by two connections, of which each begins before the other ends.
fn overlap(path: PathBuf, done: Arc<AtomicBool>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut reads = reader(&path);
        let mut rests = Connection::open(&path).unwrap();
        while !done.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
            begin(&rests);
            thread::sleep(Duration::from_millis(5));
            reads.execute_batch("COMMIT").unwrap();
            std::mem::swap(&mut reads, &mut rests);
        }
    })
}

/// One that keeps all, however long ago made-up time is.
fn store(place: &Place, log_bytes: u64) -> ExchangeStore {
    place.store(|settings| {
        settings.log_bytes = log_bytes;
        settings.age = Duration::from_secs(1 << 30);
        settings.minutes_age = settings.age;
    })
}

fn log(place: &Place) -> u64 {
    let mut path = place.path().into_os_string();
    path.push("-wal");
    fs::metadata(path).map_or(0, |log| log.len())
}

/// How long the log was at most, and at the end, of all that was written.
fn write(place: &Place, events: &[Arc<Event>], log_bytes: u64) -> (u64, u64) {
    let mut store = store(place, log_bytes);
    let done = Arc::new(AtomicBool::new(false));
    let readers = overlap(place.path(), Arc::clone(&done));
    let mut most = 0;
    for batch in events.chunks(50) {
        store.keep(batch).unwrap();
        most = most.max(log(place));
        store.tidy().unwrap();
        thread::sleep(Duration::from_millis(10));
    }
    let end = log(place);
    done.store(true, Ordering::Relaxed);
    readers.join().unwrap();
    (most, end)
}

#[tokio::test]
async fn the_log_stays_short_while_readers_overlap() {
    let events = spread(6_000, 60, 1).await;
    // What comes of it where nothing cuts it down.
    let place = Place::new();
    let (unbounded, _) = write(&place, &events, u64::MAX);
    let place = Place::new();
    let (most, end) = write(&place, &events, LOG);
    println!("unbounded {unbounded}, most {most}, end {end}");
    assert!(unbounded > 12 * LOG, "{unbounded}");
    assert!(most < 6 * LOG, "{most}");
    let count = number(&place.path(), "SELECT count(*) FROM exchanges");
    assert_eq!(count, 6_000);
}

#[tokio::test]
async fn who_reads_on_and_on_holds_nothing_up() {
    let events = spread(2_000, 60, 1).await;
    let place = Place::new();
    let mut store = store(&place, LOG);
    let reads = reader(&place.path());
    for batch in events.chunks(500) {
        store.keep(batch).unwrap();
    }
    assert!(log(&place) > LOG, "{}", log(&place));
    let mut waits = Duration::ZERO;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(2) {
        let once = Instant::now();
        store.tidy().unwrap();
        waits += once.elapsed();
        thread::sleep(Duration::from_millis(5));
    }
    // A tenth for who reads, and some for what there is to do otherwise.
    println!("waits {waits:?}");
    assert!(waits < Duration::from_secs(1), "{waits:?}");
    let once = Instant::now();
    store.flush().unwrap();
    assert!(
        once.elapsed() < Duration::from_secs(2),
        "{:?}",
        once.elapsed()
    );
    assert!(log(&place) > LOG, "{}", log(&place));
    // The busy time is as it was: what writes waits for another one that writes.
    let other = Connection::open(place.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writes = thread::spawn(move || {
        store.keep(&events[..10]).unwrap();
        store
    });
    thread::sleep(Duration::from_millis(800));
    other.execute_batch("COMMIT").unwrap();
    let mut store = writes.join().unwrap();
    // When it has gone, the log goes.
    drop(reads);
    let deadline = Instant::now() + Duration::from_secs(20);
    while log(&place) > 0 {
        assert!(Instant::now() < deadline, "{}", log(&place));
        store.tidy().unwrap();
        thread::sleep(Duration::from_millis(20));
    }
}
