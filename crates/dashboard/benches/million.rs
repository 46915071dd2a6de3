//! A day of a million exchanges: how fast they are written, how large the file is, and how long each query takes.
//!
//! `cargo bench -p tollbar-dashboard --bench million -- [count]`. The file is in the folder for temporary files and
//! goes at the end. *Cold* is the first time, on a new connection with an empty cache of SQLite's (the file itself
//! may well be in that of the operating system); *warm* is the median of five more.

#[path = "../tests/exchanges/varied.rs"]
mod varied;

use std::{
    env, fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use tollbar_analytics::{Event, Store};
use tollbar_dashboard::{
    Dimension, ExchangeStore, Filter, Order, Period, Query, QueryError, QuerySettings,
    StoreSettings,
};

use self::varied::{Varied, Variety};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// As many as the worker hands on at once.
const BATCH: usize = 1_000;

const VARIETY: Variety = Variety {
    proxies: 5,
    tools: 60,
    consumers: 300,
};

fn main() {
    let mut counts = env::args().filter_map(|argument| argument.parse().ok());
    let count: u64 = counts.next().unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let begin = SystemTime::now() - DAY;
    // A day's groups become new within half a minute here.
    let mut settings = StoreSettings::default();
    settings.groups = usize::MAX;
    let mut store = ExchangeStore::open(&path, settings).unwrap();
    write(&mut store, &path, count, begin);
    measure(&path);
    ask(&path, begin);
    tidy(store, &path);
}

fn write(store: &mut ExchangeStore, path: &Path, count: u64, begin: SystemTime) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let varied = Varied::new(VARIETY, 7);
    let mut varied = runtime.unwrap().block_on(varied);
    let mut batch: Vec<Arc<Event>> = Vec::with_capacity(BATCH);
    let mut spent = Duration::ZERO;
    let mut slowest = Duration::ZERO;
    for number in 0..count {
        let nanos = DAY.as_nanos() * u128::from(number) / u128::from(count);
        let at = begin + Duration::from_nanos(u64::try_from(nanos).unwrap());
        batch.push(Arc::new(varied.event(at)));
        if batch.len() == BATCH || number + 1 == count {
            let started = Instant::now();
            store.keep(&batch).unwrap();
            spent += started.elapsed();
            slowest = slowest.max(started.elapsed());
            batch.clear();
        }
    }
    let bytes = fs::metadata(path).unwrap().len();
    println!("written: {count} in {spent:.1?}");
    println!(
        "         {:.0} a second, slowest batch {slowest:.1?}",
        count as f64 / spent.as_secs_f64()
    );
    println!(
        "file:    {bytes} bytes, {:.0} an exchange; write-ahead log {}",
        bytes as f64 / count as f64,
        fs::metadata(path.with_file_name("store-wal")).map_or(0, |it| it.len())
    );
}

/// What takes the room.
fn measure(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let tables = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC";
    let mut tables = connection.prepare(tables).unwrap();
    let mut rows = tables.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (name, bytes): (String, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        println!("         {name}: {bytes}");
    }
    let cubes = "SELECT cube, count(*) FROM counts GROUP BY cube";
    let mut cubes = connection.prepare(cubes).unwrap();
    let mut rows = cubes.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (cube, groups): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        println!("         groups of cube {cube}: {groups}");
    }
}

/// What is asked for, beside the period.
fn filters(period: Period) -> Vec<(&'static str, Filter)> {
    type Set = fn(&mut Filter);
    let all: [(&str, Set); 16] = [
        ("all", |_| {}),
        ("proxy", |it| it.proxy = Some("proxy-4".into())),
        ("plan", |it| it.plan = Some("oauth".into())),
        ("consumer", |it| it.consumer = Some("team-7".into())),
        ("rare consumer", |it| it.consumer = Some("team-298".into())),
        ("method", |it| it.method = Some("prompts/get".into())),
        ("subject kind", |it| it.subject_kind = Some("prompt".into())),
        ("subject", |it| it.subject = Some("tool-3".into())),
        ("consumer, subject", |it| {
            it.consumer = Some("team-7".into());
            it.subject = Some("tool-3".into());
        }),
        ("reason", |it| it.reason = Some("body_too_large".into())),
        ("outcome", |it| it.outcome = Some("upstream_broke".into())),
        ("class", |it| it.class = Some(5)),
        ("code", |it| it.code = Some(-32_602)),
        ("errors", |it| it.only_errors = true),
        ("status", |it| it.status = Some(502)),
        ("ended", |it| it.ended = Some("client_left".into())),
    ];
    let set = |(name, set): (&'static str, Set)| {
        let mut filter = Filter::new(period);
        set(&mut filter);
        (name, filter)
    };
    all.into_iter().map(set).collect()
}

fn ask(path: &Path, begin: SystemTime) {
    // Neither end is that of a minute.
    let period = Period::new(begin, begin + DAY);
    let hour = Period::new(begin + DAY / 2, begin + DAY / 2 + DAY / 24);
    println!("\n{:<44}{:>12}{:>12}", "", "cold, ms", "warm, ms");
    for (name, filter) in filters(period) {
        time(path, &format!("totals, {name}"), |it| it.totals(&filter));
    }
    for (name, filter) in filters(period) {
        time(path, &format!("series, {name}"), |it| {
            it.series(&filter, None)
        });
    }
    for (name, filter) in filters(period) {
        time(path, &format!("percentiles, {name}"), |it| {
            it.percentiles(&filter)
        });
    }
    for by in Dimension::ALL {
        let name = by.as_str();
        time(path, &format!("top, {name}"), |it| {
            it.top(&Filter::new(period), by, Order::Count, 10)
        });
    }
    for (name, filter) in filters(period) {
        time(path, &format!("top subject, {name}"), |it| {
            it.top(&filter, Dimension::Subject, Order::Count, 10)
        });
    }
    for (name, filter) in filters(period) {
        time(path, &format!("list, {name}"), |it| {
            it.exchanges(&filter, None, 50)
        });
    }
    let filter = Filter::new(period);
    let query = Query::open(path, QuerySettings::default()).unwrap();
    let mut deep = None;
    for _ in 0..200 {
        deep = query.exchanges(&filter, deep.as_deref(), 500).unwrap().next;
    }
    let deep = deep.as_deref();
    time(path, "list, behind 100,000", |it| {
        it.exchanges(&filter, deep, 50)
    });
    time(path, "list of 500", |it| it.exchanges(&filter, None, 500));
    let filter = Filter::new(hour);
    time(path, "an hour: totals", |it| it.totals(&filter));
    time(path, "an hour: series", |it| it.series(&filter, None));
    time(path, "an hour: percentiles", |it| it.percentiles(&filter));
    time(path, "an hour: top client", |it| {
        it.top(&filter, Dimension::Client, Order::Count, 10)
    });
    drop(query);
}

fn time<T>(path: &Path, name: &str, ask: impl Fn(&Query) -> Result<T, QueryError>) {
    let query = Query::open(path, QuerySettings::default()).unwrap();
    let once = || {
        let started = Instant::now();
        ask(&query).unwrap();
        started.elapsed().as_secs_f64() * 1_000.0
    };
    let cold = once();
    let mut warm = [(); 5].map(|()| once());
    warm.sort_by(f64::total_cmp);
    println!("{name:<44}{cold:>12.1}{:>12.1}", warm[2]);
}

/// Half of it is too old.
fn tidy(store: ExchangeStore, path: &Path) {
    drop(store);
    let mut settings = StoreSettings::default();
    settings.age = DAY / 2;
    settings.minutes_age = DAY / 2;
    let mut store = ExchangeStore::open(path, settings).unwrap();
    let everything = Filter::new(Period::last(DAY * 2));
    let query = Query::open(path, QuerySettings::default()).unwrap();
    let (mut times, mut longest) = (0, Duration::ZERO);
    let started = Instant::now();
    loop {
        let before = (
            query.totals(&everything).unwrap().count,
            fs::metadata(path).unwrap().len(),
        );
        let once = Instant::now();
        store.tidy().unwrap();
        longest = longest.max(once.elapsed());
        times += 1;
        let after = (
            query.totals(&everything).unwrap().count,
            fs::metadata(path).unwrap().len(),
        );
        if before == after && once.elapsed() < settings.tidying {
            break;
        }
    }
    println!(
        "\ntidying: half of it in {times} times, longest {longest:.1?}, all {:.1?}; file {} bytes",
        started.elapsed(),
        fs::metadata(path).unwrap().len()
    );
}
