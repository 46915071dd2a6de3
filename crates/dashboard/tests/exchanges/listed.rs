//! Pages of exchanges, and one exchange.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tollbar_analytics::{Event, ExchangeId, Store as _};
use tollbar_dashboard::QueryError;

use crate::{
    filled::{Place, begin, everything, filled, ids, member, spread},
    varied::{Chance, events},
};

#[tokio::test]
async fn pages_are_whole_while_exchanges_come_in() {
    let mut all = spread(3_000, 600, 4).await;
    // Many of the same moment: a page ends in their midst.
    for event in &mut all[100..400] {
        Arc::make_mut(event).at = begin() + Duration::from_secs(300);
    }
    let (first, later) = all.split_at(1_000);
    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(first).unwrap();
    let query = place.query(|_| {});
    let mut chance = Chance(8);
    let (mut seen, mut cursor) = (Vec::new(), None);
    let mut later = later.chunks(200);
    loop {
        let most = 1 + chance.below(60) as usize;
        let page = query.exchanges(&everything(), cursor.as_deref(), most);
        let page = page.unwrap();
        assert!(page.exchanges.len() <= most);
        for line in &page.exchanges {
            let text = |name| member(line, name).as_str().unwrap().to_owned();
            seen.push((text("time"), text("id")));
        }
        // A long stream ends late: what comes in may be older than what was read.
        if let Some(batch) = later.next() {
            store.keep(batch).unwrap();
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(later.next().is_none(), "more pages than batches are needed");
    let times: Vec<&str> = seen.iter().map(|(time, _)| &time[..19]).collect();
    assert!(times.is_sorted_by(|left, right| left >= right));
    let found: HashSet<&str> = seen.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(found.len(), seen.len(), "a line stands there twice");
    let is_found = |event: &&Arc<Event>| found.contains(event.id.to_string().as_str());
    assert_eq!(first.iter().filter(is_found).count(), first.len());
    assert_eq!(ids(&query, &everything(), 500).len(), all.len());
}

#[tokio::test]
async fn a_page_has_as_many_as_asked_for_and_at_most_500() {
    let events = spread(501, 60, 5).await;
    let place = filled(&events);
    let query = place.query(|_| {});
    let page = |most| query.exchanges(&everything(), None, most).unwrap();
    assert_eq!(page(0).exchanges.len(), 1);
    assert_eq!(page(usize::MAX).exchanges.len(), 500);
    assert!(page(usize::MAX).next.is_some());
    let page = query.exchanges(&everything(), page(500).next.as_deref(), 1);
    let page = page.unwrap();
    assert_eq!((page.exchanges.len(), page.next), (1, None));
}

#[tokio::test]
async fn a_cursor_of_nonsense_is_refused() {
    let events = spread(10, 60, 5).await;
    let place = filled(&events);
    let query = place.query(|_| {});
    let good = query.exchanges(&everything(), None, 3).unwrap().next;
    let good = good.unwrap();
    let long = "A".repeat(100_000);
    for cursor in [
        "",
        "x",
        "%00",
        "' OR 1=1",
        &good[1..],
        &format!("{good}A"),
        &long,
    ] {
        let page = query.exchanges(&everything(), Some(cursor), 3);
        let error = page.unwrap_err();
        assert!(matches!(error, QueryError::Cursor), "{cursor}: {error}");
    }
    // Any place is one that may have been.
    for cursor in [
        "AAAAAAAAAAAAAAAAAAAAAA",
        "_____________________w",
        "f_________9__________w",
    ] {
        query.exchanges(&everything(), Some(cursor), 3).unwrap();
    }
}

const ARRAY: &str = r#"[
    {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}},
    {"jsonrpc":"2.0","method":"notifications/initialized"},
    {"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"x:a"}}
]"#;

#[tokio::test]
async fn messages_of_an_array_are_one_exchange_of_several_lines() {
    let array: Vec<_> = events(ARRAY, false)
        .await
        .into_iter()
        .map(Arc::new)
        .collect();
    let other: Vec<_> = events(ARRAY[1..80].trim_end_matches([',', '\n', ' ']), true).await;
    let other: Vec<_> = other.into_iter().map(Arc::new).collect();
    assert_eq!((array.len(), other.len()), (3, 1));
    let place = Place::new();
    let mut store = place.store(|_| {});
    // Even where they do not come together.
    store.keep(&array[..2]).unwrap();
    store.keep(&other).unwrap();
    store.keep(&array[2..]).unwrap();
    let query = place.query(|_| {});
    let lines = query.exchange(array[0].id).unwrap();
    assert_eq!(lines.len(), 3);
    for (line, event) in lines.iter().zip(&array) {
        assert_eq!(line.as_str(), event.to_json());
    }
    assert_eq!(query.exchange(other[0].id).unwrap().len(), 1);
    assert!(query.exchange(ExchangeId::from_u128(7)).unwrap().is_empty());
    let totals = query.totals(&everything()).unwrap();
    let bytes: u64 = [&array[0], &other[0]]
        .iter()
        .map(|event| event.sizes.bytes_in.unwrap())
        .sum();
    assert_eq!((totals.count, totals.errors), (4, 1));
    assert_eq!(totals.bytes_in, bytes);
}

#[tokio::test]
async fn what_comes_behind_a_mark_comes_once_and_in_order() {
    let events = spread(2_000, 600, 6).await;
    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(&events[..300]).unwrap();
    let query = place.query(|_| {});
    let mut filter = everything();
    filter.only_errors = true;
    let (mut every, mut errors) = (query.end().unwrap(), query.end().unwrap());
    let (mut seen, mut failed) = (Vec::new(), Vec::new());
    // More than one answer holds, twice.
    for batch in [&events[300..310], &events[310..1_400], &events[1_400..]] {
        store.keep(batch).unwrap();
        loop {
            let (lines, next) = query.behind(&everything(), every).unwrap();
            assert!(lines.len() <= 500);
            if lines.is_empty() {
                break;
            }
            every = next;
            seen.extend(lines);
        }
        while let (lines, next) = query.behind(&filter, errors).unwrap()
            && next != errors
        {
            errors = next;
            failed.extend(lines);
        }
    }
    let lines = |events: Vec<&Arc<Event>>| -> Vec<String> {
        events.iter().map(|event| event.to_json()).collect()
    };
    let texts = |lines: &[tollbar_dashboard::Line]| -> Vec<String> {
        lines.iter().map(|line| line.as_str().into()).collect()
    };
    let expected: Vec<_> = events[300..].iter().collect();
    assert_eq!(texts(&seen), lines(expected.clone()));
    let expected = expected.into_iter().filter(|event| event.is_error());
    let expected = lines(expected.collect());
    assert!(expected.len() > 100);
    assert_eq!(texts(&failed), expected);
}

#[tokio::test]
async fn a_mark_holds_when_all_that_was_there_is_gone() {
    let events = spread(500, 600, 6).await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.age = Duration::ZERO);
    store.keep(&events[..400]).unwrap();
    let query = place.query(|_| {});
    let mark = query.end().unwrap();
    store.tidy().unwrap();
    assert!(ids(&query, &everything(), 500).is_empty());
    store.keep(&events[400..]).unwrap();
    let (lines, next) = query.behind(&everything(), mark).unwrap();
    assert_eq!(lines.len(), 100);
    assert!(query.behind(&everything(), next).unwrap().0.is_empty());
}
