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
use tollbar_analytics::Store as _;
use tollbar_dashboard::ExchangeStore;

use crate::filled::{Place, number, spread};

const LOG: u64 = 1 << 20;

const PAUSE: Duration = Duration::from_millis(5);

/// The shortest wait for a reader takes longer than this.
const WAIT: Duration = Duration::from_millis(15);

const BUSY: Duration = Duration::from_secs(20);

const PATIENCE: Duration = Duration::from_secs(60);

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
struct Readers {
    reads: Connection,
    rests: Connection,
}

impl Readers {
    fn of(path: &PathBuf) -> Self {
        Self {
            reads: reader(path),
            rests: Connection::open(path).unwrap(),
        }
    }

    /// The other one begins, then this one ends.
    fn take_turns(&mut self, pause: Duration) {
        begin(&self.rests);
        thread::sleep(pause);
        self.reads.execute_batch("COMMIT").unwrap();
        std::mem::swap(&mut self.reads, &mut self.rests);
    }
}

/// Readers that go on while the store writes.
fn overlap(path: &PathBuf, done: Arc<AtomicBool>) -> JoinHandle<()> {
    let mut readers = Readers::of(path);
    thread::spawn(move || {
        while !done.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
            readers.take_turns(PAUSE);
        }
    })
}

/// One that keeps all, however long ago made-up time is.
fn store(place: &Place, log_bytes: u64) -> ExchangeStore {
    place.store(|settings| {
        settings.log_bytes = log_bytes;
        settings.age = Duration::from_secs(1 << 30);
        settings.minutes_age = settings.age;
        settings.busy = BUSY;
    })
}

fn log(place: &Place) -> u64 {
    let mut path = place.path().into_os_string();
    path.push("-wal");
    fs::metadata(path).map_or(0, |log| log.len())
}

#[tokio::test]
async fn the_log_grows_on_where_readers_overlap_and_nothing_cuts_it_down() {
    let place = Place::new();
    let mut store = store(&place, u64::MAX);
    let mut readers = Readers::of(&place.path());
    for batch in spread(2_000, 60, 1).await.chunks(50) {
        store.keep(batch).unwrap();
        readers.take_turns(Duration::ZERO);
        store.tidy().unwrap();
    }
    assert!(log(&place) > 4 * LOG, "{}", log(&place));
}

#[tokio::test]
async fn the_log_is_cut_down_while_readers_overlap() {
    let place = Place::new();
    let mut store = store(&place, LOG);
    let done = Arc::new(AtomicBool::new(false));
    let readers = overlap(&place.path(), Arc::clone(&done));
    let mut cuts = 0;
    for batch in spread(2_000, 60, 1).await.chunks(50) {
        store.keep(batch).unwrap();
        if log(&place) <= LOG {
            continue;
        }
        // However busy the machine is: it comes down while they go on.
        let deadline = Instant::now() + PATIENCE;
        while log(&place) > LOG {
            assert!(Instant::now() < deadline, "{}", log(&place));
            store.tidy().unwrap();
            thread::sleep(PAUSE);
        }
        cuts += 1;
    }
    assert!(!readers.is_finished());
    done.store(true, Ordering::Relaxed);
    readers.join().unwrap();
    assert!(cuts > 1, "{cuts}");
    let count = number(&place.path(), "SELECT count(*) FROM exchanges");
    assert_eq!(count, 2_000);
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
    // It waits for the reader once in a while, and not each time.
    let (mut waits, begun) = (0, Instant::now());
    for _ in 0..300 {
        let once = Instant::now();
        store.tidy().unwrap();
        waits += u32::from(once.elapsed() > WAIT);
        assert!(waits < 100 && begun.elapsed() < PATIENCE, "{waits}");
        thread::sleep(PAUSE);
    }
    let once = Instant::now();
    store.flush().unwrap();
    assert!(once.elapsed() < BUSY / 2, "{:?}", once.elapsed());
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
    let deadline = Instant::now() + PATIENCE;
    while log(&place) > 0 {
        assert!(Instant::now() < deadline, "{}", log(&place));
        store.tidy().unwrap();
        thread::sleep(Duration::from_millis(20));
    }
}
