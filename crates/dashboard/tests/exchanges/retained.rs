//! What is too old or too much goes.

use std::{
    fs,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tollbar_analytics::{Event, Store as _};
use tollbar_dashboard::{ExchangeStore, Query};

use crate::filled::{Place, everything, ids, number, spread};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many events, the last one just now, the first one that long ago.
async fn since(age: Duration, count: usize) -> Vec<Arc<Event>> {
    let mut events = spread(count, 60, 3).await;
    let first = SystemTime::now() - age;
    for (number, event) in events.iter_mut().enumerate() {
        Arc::make_mut(event).at = first + age * number as u32 / count as u32;
    }
    events
}

fn counted(query: &Query) -> u64 {
    query.totals(&everything()).unwrap().count
}

/// Until there is nothing left to do.
fn tidy(store: &mut ExchangeStore, place: &Place) {
    loop {
        let state = || {
            let number = |sql| number(&place.path(), sql);
            let rows =
                number("SELECT (SELECT count(*) FROM exchanges) + (SELECT count(*) FROM counts)");
            (rows, number("PRAGMA page_count"))
        };
        let before = state();
        store.tidy().unwrap();
        if state() == before {
            return;
        }
    }
}

fn used(place: &Place) -> i64 {
    let number = |sql| number(&place.path(), sql);
    (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size")
}

#[tokio::test]
async fn exchanges_go_by_their_age_and_their_counts_stay() {
    let events = since(DAY * 10, 4_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.step = 100);
    store.keep(&events).unwrap();
    let query = place.query(|_| {});
    tidy(&mut store, &place);
    let left = ids(&query, &everything(), 500);
    let newest: Vec<String> = events
        .iter()
        .rev()
        .map(|event| event.id.to_string())
        .collect();
    assert!((2_798..=2_802).contains(&left.len()), "{}", left.len());
    assert_eq!(left[..], newest[..left.len()]);
    assert_eq!(
        number(&place.path(), "SELECT count(*) FROM lines"),
        i64::try_from(left.len()).unwrap()
    );
    assert_eq!(counted(&query), 4_000);
    assert!(query.exchange(events[0].id).unwrap().is_empty());
    // Not each one is there any more.
    assert!(!query.percentiles(&everything()).unwrap().is_exact);
}

#[tokio::test]
async fn counts_go_by_their_age() {
    let events = since(DAY * 10, 4_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| {
        settings.age = DAY;
        settings.minutes_age = DAY * 5;
    });
    store.keep(&events).unwrap();
    let query = place.query(|_| {});
    tidy(&mut store, &place);
    // Some time has passed meanwhile.
    let left = ids(&query, &everything(), 500).len();
    assert!((397..=400).contains(&left), "{left}");
    let days: i64 = 5 * 24 * 60;
    let first = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let first = first.as_secs().cast_signed() / 60 - days;
    for cube in 0..5 {
        let oldest = format!("SELECT min(minute) FROM counts WHERE cube = {cube}");
        let oldest = number(&place.path(), &oldest);
        assert!(
            (first - 61..first + 61).contains(&oldest),
            "{cube}: {oldest}, {first}"
        );
    }
    assert!(
        (1_970..=2_030).contains(&counted(&query)),
        "{}",
        counted(&query)
    );
}

#[tokio::test]
async fn a_tidying_takes_one_step_at_a_time() {
    let events = since(DAY * 10, 3_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| {
        settings.step = 100;
        settings.tidying = Duration::ZERO;
    });
    store.keep(&events).unwrap();
    let query = place.query(|_| {});
    for steps in 1..=3 {
        store.tidy().unwrap();
        let left = ids(&query, &everything(), 500);
        assert_eq!(left.len(), 3_000 - 100 * steps);
        // The oldest ones.
        assert_eq!(left[left.len() - 1], events[100 * steps].id.to_string());
    }
}

#[tokio::test]
async fn a_full_file_keeps_the_newest() {
    const BYTES: i64 = 4 << 20;
    let events = since(DAY / 24, 20_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| {
        settings.bytes = BYTES.cast_unsigned();
        settings.step = 600;
    });
    let query = place.query(|_| {});
    let newest: Vec<String> = events
        .iter()
        .rev()
        .map(|event| event.id.to_string())
        .collect();
    let mut most = 0;
    for (number, batch) in events.chunks(500).enumerate() {
        store.keep(batch).unwrap();
        most = most.max(used(&place));
        let left = ids(&query, &everything(), 500);
        let last = newest.len() - 500 * (number + 1);
        assert_eq!(left[..], newest[last..last + left.len()], "{number}");
        assert!(left.len() >= 500, "what has just come in is there");
        if number % 10 == 9 {
            store.tidy().unwrap();
        }
    }
    // By what one batch needs.
    assert!(most <= BYTES + (1 << 20), "{most}");
    assert!(most > BYTES / 2, "{most}");
    let left = ids(&query, &everything(), 500).len();
    assert!((1_000..19_000).contains(&left), "{left}");
    tidy(&mut store, &place);
    assert!(used(&place) <= BYTES);
}

#[tokio::test]
async fn counts_leave_half_of_the_room_to_exchanges() {
    const BYTES: i64 = 2 << 20;
    // So long a time that counts alone are more than there is room for.
    let events = since(DAY * 3, 8_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.bytes = BYTES.cast_unsigned());
    for batch in events.chunks(500) {
        store.keep(batch).unwrap();
        tidy(&mut store, &place);
        // It looks again some minutes later, or after a start.
        drop(store);
        store = place.store(|settings| settings.bytes = BYTES.cast_unsigned());
    }
    let query = place.query(|_| {});
    let counts = "SELECT sum(pgsize) FROM dbstat WHERE name = 'counts'";
    let counts = number(&place.path(), counts);
    assert!(counts < BYTES * 7 / 10, "{counts}");
    assert!(counts > BYTES / 5, "{counts}");
    let left = ids(&query, &everything(), 500);
    assert!(left.len() >= 500, "{}", left.len());
    assert_eq!(left[0], events[7_999].id.to_string());
}

#[tokio::test]
async fn room_that_is_free_is_given_back() {
    let events = since(DAY * 10, 6_000).await;
    let place = Place::new();
    let mut store = place.store(|settings| {
        settings.age = DAY;
        settings.minutes_age = DAY;
        settings.spare = 10;
    });
    store.keep(&events).unwrap();
    let before = number(&place.path(), "PRAGMA page_count");
    tidy(&mut store, &place);
    let pages = number(&place.path(), "PRAGMA page_count");
    let free = number(&place.path(), "PRAGMA freelist_count");
    assert!(pages < before / 3, "{pages} of {before}");
    assert!(free <= pages / 10 + 1, "{free} of {pages}");
    // What was in the log is in the file when the last one has closed it.
    drop(store);
    let bytes = fs::metadata(place.path()).unwrap().len();
    assert_eq!(bytes.cast_signed(), pages * 4_096);
    let left = ids(&place.query(|_| {}), &everything(), 500).len();
    assert!((597..=600).contains(&left), "{left}");
}

/// The numbers of these in a list of ids.
fn places(left: &[String], events: &[Arc<Event>]) -> Vec<usize> {
    let place = |event: &Arc<Event>| left.iter().position(|id| *id == event.id.to_string());
    events.iter().filter_map(place).collect()
}

#[tokio::test]
async fn the_age_of_a_long_stream_begins_at_its_end() {
    let mut events = spread(3, 60, 3).await;
    let now = SystemTime::now();
    // A stream of nine days that has just ended, one that ended eight days ago, and a short one of that time.
    let times = [(9, 9), (10, 2), (8, 0)];
    for (event, (ago, took)) in events.iter_mut().zip(times) {
        let event = Arc::make_mut(event);
        event.at = now - DAY * ago;
        event.times.total = DAY * took;
    }
    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(&events).unwrap();
    let query = place.query(|_| {});
    assert_eq!(ids(&query, &everything(), 5).len(), 3);
    tidy(&mut store, &place);
    let left = ids(&query, &everything(), 5);
    assert_eq!(left, [events[0].id.to_string()]);
    assert_eq!(number(&place.path(), "SELECT count(*) FROM lines"), 1);
    assert_eq!(counted(&query), 3);
}

#[tokio::test]
async fn a_clock_that_was_wrong_keeps_no_other() {
    let mut events = spread(20, 60, 3).await;
    let now = SystemTime::now();
    for (number, event) in events.iter_mut().enumerate() {
        let event = Arc::make_mut(event);
        // The first half comes from the future.
        event.at = if number < 10 {
            now + DAY * 400
        } else {
            now - DAY * 8
        };
    }
    let place = Place::new();
    let mut store = place.store(|settings| settings.step = 5);
    store.keep(&events).unwrap();
    tidy(&mut store, &place);
    let left = ids(&place.query(|_| {}), &everything(), 50);
    assert_eq!(left.len(), 10);
    assert!(places(&left, &events[10..]).is_empty());
}

#[tokio::test]
async fn a_full_file_keeps_what_has_ended_last() {
    let mut events = since(DAY / 24, 8_000).await;
    // Five days long, and the last to end.
    let stream = Arc::make_mut(&mut events[7_999]);
    stream.at = SystemTime::now() - DAY * 5;
    stream.times.total = DAY * 5;
    let place = Place::new();
    let mut store = place.store(|settings| settings.bytes = 2 << 20);
    for batch in events.chunks(500) {
        store.keep(batch).unwrap();
    }
    tidy(&mut store, &place);
    let left = ids(&place.query(|_| {}), &everything(), 500);
    assert!((500..4_000).contains(&left.len()), "{}", left.len());
    assert_eq!(places(&left, &events[7_999..]), [left.len() - 1]);
    // Those that were kept last, without a gap.
    let first = events.len() - left.len();
    assert_eq!(places(&left, &events[first..]).len(), left.len());
}
