//! Names that somebody has chosen to do harm.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use tollbar_analytics::{Event, Proxy, Store as _};
use tollbar_core::Consumer;
use tollbar_dashboard::{Dimension, Filter, Label, Order, Query};
use tollbar_mcp::Method as Asked;

use crate::{
    filled::{Place, everything, ids, number},
    varied::event,
};

const NAMES: [&str; 8] = [
    "<script>alert(1)</script>",
    "\u{202e}gnp.exe\u{202c}\u{200b}",
    "a\0b",
    "\0",
    "'); DROP TABLE exchanges; --",
    "100%_\\\"",
    "\u{1b}[2J\r\n",
    "(other)",
];

/// An event in which everything that can be chosen is this.
async fn named(name: &str) -> Event {
    let call =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "x" } });
    let mut event = event(&call.to_string(), false).await;
    let asked = event.asked.as_mut().unwrap();
    asked.subject = Some(name.into());
    asked.method = Some(Asked::Other(name.into()));
    let mut proxy = Proxy::default();
    proxy.name = Some(name.into());
    event.proxy = Arc::new(proxy);
    event.http_method = name.into();
    event.consumer = Some(
        Consumer::new(name)
            .with_subject(name)
            .with_client_id(name)
            .with_key_id(name),
    );
    event
}

/// The filters that name it.
fn filters(name: &str) -> Vec<Filter> {
    let sets: [fn(&mut Filter, Box<str>); 5] = [
        |it, name| it.proxy = Some(name),
        |it, name| it.plan = Some(name),
        |it, name| it.consumer = Some(name),
        |it, name| it.method = Some(name),
        |it, name| it.subject = Some(name),
    ];
    let filter = |set: fn(&mut Filter, Box<str>)| {
        let mut filter = everything();
        set(&mut filter, name.into());
        filter
    };
    sets.map(filter).into()
}

fn top(query: &Query, by: Dimension) -> Vec<Label> {
    let entries = query.top(&everything(), by, Order::Count, 100).unwrap();
    entries.into_iter().map(|entry| entry.value).collect()
}

#[tokio::test]
async fn names_are_kept_as_they_are_and_shown_without_harm() {
    let place = Place::new();
    let mut store = place.store(|_| {});
    for name in NAMES {
        store.keep(&[Arc::new(named(name).await)]).unwrap();
    }
    let query = place.query(|_| {});
    for name in NAMES {
        for filter in filters(name) {
            assert_eq!(
                query.totals(&filter).unwrap().count,
                1,
                "{name:?} {filter:?}"
            );
            let page = query.exchanges(&filter, None, 10).unwrap();
            let [line] = &page.exchanges[..] else {
                panic!("{name:?} {filter:?}");
            };
            let line = line.as_str();
            let is_harmful = |it: char| it.is_control() || "\u{202e}\u{202c}\u{200b}".contains(it);
            assert!(!line.contains(is_harmful), "{line:?}");
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["subject"], name);
        }
        for by in [
            Dimension::Proxy,
            Dimension::Plan,
            Dimension::Consumer,
            Dimension::Method,
            Dimension::Subject,
            Dimension::ClientId,
            Dimension::KeyId,
        ] {
            let label = Label::Text(name.into());
            assert!(top(&query, by).contains(&label), "{name:?} {by:?}");
        }
    }
    // Part of a name is not the name.
    let mut filter = everything();
    for part in ["a", "a\0", "b", "100%", "%", "_"] {
        filter.subject = Some(part.into());
        assert_eq!(query.totals(&filter).unwrap().count, 0, "{part:?}");
        assert_eq!(ids(&query, &filter, 5).len(), 0, "{part:?}");
    }
}

#[tokio::test]
async fn long_names_are_cut() {
    let place = Place::new();
    let mut store = place.store(|_| {});
    let name = format!("x{}", "\u{e4}".repeat(5_000));
    store.keep(&[Arc::new(named(&name).await)]).unwrap();
    let query = place.query(|_| {});
    for (filter, by) in filters(&name).into_iter().zip([
        Dimension::Proxy,
        Dimension::Plan,
        Dimension::Consumer,
        Dimension::Method,
        Dimension::Subject,
    ]) {
        assert_eq!(query.totals(&filter).unwrap().count, 0, "{by:?}");
        let [Label::Text(cut)] = &top(&query, by)[..] else {
            panic!("{by:?}");
        };
        assert!(
            cut.len() <= 1_024 && name.starts_with(cut.as_str()),
            "{by:?}"
        );
        let position = filters(cut).into_iter().zip(filters(&name));
        let (cut, _) = position
            .into_iter()
            .find(|(_, long)| *long == filter)
            .unwrap();
        assert_eq!(query.totals(&cut).unwrap().count, 1, "{by:?}");
        assert_eq!(ids(&query, &cut, 5).len(), 1, "{by:?}");
    }
    let longest = "SELECT max(max(length(CAST(proxy AS BLOB)), length(CAST(http_method AS BLOB)),
        length(CAST(client_id AS BLOB)), length(CAST(key_id AS BLOB)))) FROM exchanges";
    assert_eq!(number(&place.path(), longest), 1_023);
}

#[tokio::test]
async fn a_long_http_method_comes_as_far_as_the_event_lets_it() {
    let place = Place::new();
    let mut store = place.store(|_| {});
    let mut odd = event("{}", true).await;
    odd.http_method = Method::from_bytes(&[b'X'; 10_000]).unwrap().as_str().into();
    store.keep(&[Arc::new(odd)]).unwrap();
    let longest = "SELECT length(http_method) FROM exchanges";
    assert_eq!(number(&place.path(), longest), 1_024);
}
