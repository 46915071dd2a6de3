//! What is lost when a process that writes is killed.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tollbar_analytics::{Bounds, Sink as _, Worker};
use tollbar_dashboard::{ExchangeStore, StoreSettings};

use crate::{
    filled::{FEW, Place, begin, everything, number},
    varied::{Chance, Varied},
};

/// Says to the child where it writes.
const FILE: &str = "TOLLBAR_TEST_STORE";

/// Says that it is not to write more than the store can keep up with.
const SLOWLY: &str = "TOLLBAR_TEST_SLOWLY";

/// How many may wait: those are lost.
const QUEUE: u64 = 4_000;

/// How long ago that which is lost came in, where the store keeps up: what is gathered (5 ms), and the batch that is
/// being written. So long only in a debug build on a busy machine.
const WINDOW: Duration = Duration::from_secs(1);

/// Writes as fast as it can, and says so: how many were recorded and dropped, and when.
async fn child(path: &Path) {
    let store = ExchangeStore::open(path, StoreSettings::default()).unwrap();
    let worker = Worker::start("store", Bounds::default(), store).unwrap();
    let mut varied = Varied::new(FEW, 1).await;
    let started = Instant::now();
    let mut out = std::io::stdout().lock();
    // In case that nobody kills it.
    let recordings = (1_u64..).take_while(|_| started.elapsed() < Duration::from_secs(30));
    for recorded in recordings {
        let at = begin() + started.elapsed();
        worker.record(Arc::new(varied.event(at)));
        // A queue that is full drops, which is another matter than being killed.
        while recorded - worker.kept() - worker.dropped() >= QUEUE {
            thread::sleep(Duration::from_millis(1));
        }
        if env::var_os(SLOWLY).is_some() {
            thread::sleep(Duration::from_micros(500));
        }
        if recorded % 10 == 0 {
            let (kept, dropped) = (worker.kept(), worker.dropped());
            let micros = started.elapsed().as_micros();
            writeln!(out, "wrote {recorded} {kept} {dropped} {micros}").unwrap();
            out.flush().unwrap();
        }
    }
}

/// What the child has said last.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    recorded: u64,
    kept: u64,
    dropped: u64,
    micros: u64,
}

impl Said {
    fn parse(line: &str) -> Option<Self> {
        let (_, numbers) = line.trim_end().split_once("wrote ")?;
        let mut numbers = numbers.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            recorded: next()?,
            kept: next()?,
            dropped: next()?,
            micros: next()?,
        })
    }
}

fn start(path: &Path, is_slow: bool) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "killed::what_was_kept_is_there", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if is_slow {
        command.env(SLOWLY, "1");
    }
    command.spawn().unwrap()
}

#[tokio::test]
async fn what_was_kept_is_there() {
    if let Some(path) = env::var_os(FILE) {
        return child(&PathBuf::from(path)).await;
    }
    let mut chance = Chance(u64::from(std::process::id()));
    let mut before = 0;
    let place = Place::new();
    // The same file each time: what a killed process has left is what the next one opens.
    for round in 0..8 {
        let is_slow = round % 2 == 1;
        let after = Duration::from_millis(300 + chance.below(1_200));
        let said = kill(&place.path(), after, is_slow);
        assert!(said.kept > 0 && said.dropped == 0, "{said:?}");
        let query = place.query(|_| {});
        let kept = query.totals(&everything()).unwrap().count;
        drop(query);
        assert_eq!(whole(&place.path()), kept.cast_signed());
        let here = kept - before;
        // The line that tells of a batch comes after it, and the kill after the line.
        assert!(here >= said.kept, "round {round}: {here} of {said:?}");
        // Up to when everything is there.
        let last =
            "SELECT max(at_us) FROM exchanges WHERE number = (SELECT max(number) FROM exchanges)";
        let last = number(&place.path(), last) as u64 - 1_790_002_800_000_000;
        let window = Duration::from_micros(said.micros.saturating_sub(last));
        let lost = said.recorded.saturating_sub(here);
        println!("slow {is_slow}: {here} kept, {lost} lost, of the last {window:.1?}");
        assert!(lost <= QUEUE, "{lost}: {said:?}");
        assert!(!is_slow || window < WINDOW, "{window:?}: {said:?}");
        // In order, and nothing in between is missing.
        let ids = "SELECT count(DISTINCT id) FROM exchanges WHERE number > ";
        assert_eq!(
            number(&place.path(), &format!("{ids}{before}")) as u64,
            here
        );
        assert_eq!(newest(&place.path()), here);
        before = kept;
    }
}

/// Which event was the last one, from 1 on.
fn newest(path: &Path) -> u64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    let last = "SELECT id FROM exchanges ORDER BY number DESC LIMIT 1";
    let id: [u8; 16] = connection.query_row(last, [], |row| row.get(0)).unwrap();
    (u128::from_be_bytes(id) >> 64) as u64
}

/// Starts one, kills it after this time, and tells what it said last.
fn kill(path: &Path, after: Duration, is_slow: bool) -> Said {
    let mut child = start(path, is_slow);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    // What the harness says comes first.
    let has_begun = (0..10).any(|_| {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Said::parse(&line).is_some()
    });
    if !has_begun {
        child.kill().unwrap();
        panic!("it has not begun");
    }
    let reading = thread::spawn(move || {
        let mut text = String::new();
        let _ = out.read_to_string(&mut text);
        // The last line may be cut.
        text.rsplit_once('\n')
            .and_then(|(whole, _)| whole.lines().rev().find_map(Said::parse))
    });
    thread::sleep(after);
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap().unwrap()
}

/// That the file is whole, in itself and in what it says; how many exchanges it has.
fn whole(path: &Path) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    let text = |sql| {
        connection
            .query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    let number = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let exchanges = number("SELECT count(*) FROM exchanges");
    assert_eq!(
        number("SELECT count(*) FROM lines JOIN exchanges USING (number)"),
        exchanges
    );
    for cube in 0..5 {
        let counts = format!("SELECT sum(count) FROM counts WHERE cube = {cube}");
        assert_eq!(number(&counts), exchanges, "cube {cube}");
    }
    exchanges
}
