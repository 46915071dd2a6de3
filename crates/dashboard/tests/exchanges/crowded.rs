//! More names than are told apart.

use std::sync::Arc;

use serde_json::json;
use tollbar_analytics::{Event, Proxy, Store as _};
use tollbar_core::Consumer;
use tollbar_dashboard::{Dimension, ExchangeStore, Filter, Label, OTHER, Order, Query};
use tollbar_mcp::Method as Asked;

use crate::{
    filled::{Place, everything, ids, number, spread},
    varied::event,
};

/// Calls of a tool.
struct Calls(Event);

impl Calls {
    async fn new() -> Self {
        let call =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "x" } });
        Self(event(&call.to_string(), false).await)
    }

    fn of(&self, proxy: &str, consumer: &Consumer, tool: &str) -> Arc<Event> {
        let mut event = self.0.clone();
        let mut named = Proxy::default();
        named.name = Some(proxy.into());
        event.proxy = Arc::new(named);
        event.consumer = Some(consumer.clone());
        event.asked.as_mut().unwrap().subject = Some(tool.into());
        Arc::new(event)
    }
}

fn team(number: usize) -> Consumer {
    Consumer::new("key")
        .with_key_id(format!("id-{number}"))
        .with_key_name(format!("team-{number}"))
}

fn at(proxy: &str) -> Filter {
    let mut filter = everything();
    filter.proxy = Some(proxy.into());
    filter
}

/// How many there were of each, by name.
fn top(query: &Query, filter: &Filter, by: Dimension) -> Vec<(String, u64)> {
    let entries = query.top(filter, by, Order::Count, 100).unwrap();
    let entries = entries.into_iter().filter_map(|entry| match entry.value {
        Label::Text(text) => Some((text, entry.figures.count)),
        _ => None,
    });
    let mut top: Vec<_> = entries.collect();
    top.sort();
    top
}

fn groups(place: &Place, of: &str) -> i64 {
    let count = format!("SELECT count(*) FROM counts WHERE cube = 0 AND {of}");
    number(&place.path(), &count)
}

fn keep(store: &mut ExchangeStore, events: &[Arc<Event>]) {
    for batch in events.chunks(500) {
        store.keep(batch).unwrap();
    }
}

#[tokio::test]
async fn made_up_names_are_counted_together() {
    // Three proxies, each with room for strangers and for known consumers.
    const NAMED: u64 = 3 * 2 * 10;
    let place = Place::new();
    let mut store = place.store(|settings| settings.groups = 10);
    let mut events = spread(2_000, 50, 9).await;
    for (number, event) in (0_i64..).zip(&mut events) {
        let event = Arc::make_mut(event);
        let asked = event.asked.as_mut().unwrap();
        asked.subject_kind = Some("tool");
        asked.subject = Some(format!("made-up-{number}").into());
        asked.method = Some(Asked::Other(format!("made/up/{number}").into()));
        if let Some(upstream) = &mut event.upstream {
            upstream.code = Some(number);
        }
    }
    keep(&mut store, &events);
    let named = format!("subject <> '{OTHER}'");
    assert_eq!(groups(&place, &named), NAMED.cast_signed());
    // Where only the consumer is told apart.
    let known = format!("subject = '{OTHER}' AND consumer NOT IN ('', '{OTHER}')");
    assert!((1..=3 * 10).contains(&groups(&place, &known)));
    // What is left is what no client can choose: plans, proxies, reasons.
    let rest = format!("subject = '{OTHER}' AND consumer IN ('', '{OTHER}')");
    assert!((1..200).contains(&groups(&place, &rest)));
    let query = place.query(|_| {});
    let totals = query.totals(&everything()).unwrap();
    let rows = number(
        &place.path(),
        "SELECT sum(total_us) / count(*) FROM exchanges",
    );
    assert_eq!((totals.count, totals.mean_us), (2_000, Some(rows as u64)));
    for by in [Dimension::Subject, Dimension::Method] {
        let entries = query.top(&everything(), by, Order::Count, 100).unwrap();
        assert_eq!(entries[0].value, Label::Text(OTHER.into()), "{by:?}");
        assert_eq!(entries[0].figures.count, 2_000 - NAMED, "{by:?}");
        assert_eq!(entries.len() as u64, NAMED + 1, "{by:?}");
        let all: u64 = entries.iter().map(|entry| entry.figures.count).sum();
        assert_eq!(all, 2_000);
    }
    // Each exchange is still there by its own name.
    let mut filter = everything();
    filter.subject = Some("made-up-1999".into());
    assert_eq!(ids(&query, &filter, 5).len(), 1);
    assert_eq!(query.totals(&filter).unwrap().count, 0);
    // And percentiles do not say that they are exact when the two do not agree.
    filter.subject = Some(OTHER.into());
    let percentiles = query.percentiles(&filter).unwrap();
    assert_eq!(percentiles.count, 2_000 - NAMED);
    assert!(!percentiles.is_exact);
}

#[tokio::test]
async fn strangers_hide_no_known_consumer() {
    let calls = Calls::new().await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.groups = 50);
    let anybody = Consumer::new("keyless");
    let mut events = Vec::new();
    for number in 0..500 {
        // Next door, and at the same proxy; some of them with names that they have made up as well.
        let tool = format!("made-up-{number}");
        let pseudonym = Consumer::new("relay").with_pseudonym(format!("made-up-{number}"));
        let pseudonym = pseudonym.unverified();
        for proxy in ["open", "mixed"] {
            events.push(calls.of(proxy, &anybody, &tool));
            events.push(calls.of(proxy, &pseudonym, &tool));
        }
    }
    for number in 0..40 {
        let (team, tool) = (team(number % 10), format!("tool-{}", number % 4));
        for proxy in ["mixed", "keys"] {
            events.push(calls.of(proxy, &team, &tool));
        }
    }
    keep(&mut store, &events);
    let query = place.query(|_| {});
    for proxy in ["mixed", "keys"] {
        let mut filter = at(proxy);
        filter.plan = Some("key".into());
        let teams: Vec<_> = (0..10).map(|team| (format!("team-{team}"), 4)).collect();
        assert_eq!(top(&query, &filter, Dimension::Consumer), teams, "{proxy}");
        let tools: Vec<_> = (0..4).map(|tool| (format!("tool-{tool}"), 10)).collect();
        assert_eq!(top(&query, &filter, Dimension::Subject), tools, "{proxy}");
    }
    for proxy in ["open", "mixed"] {
        let strangers = format!("proxy = '{proxy}' AND plan <> 'key' AND subject <> '{OTHER}'");
        assert_eq!(groups(&place, &strangers), 50);
    }
}

#[tokio::test]
async fn a_known_consumer_hides_what_others_ask_for_but_not_how_much() {
    let calls = Calls::new().await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.groups = 50);
    let tool = |number: usize| format!("tool-{number}");
    let mut events: Vec<_> = (0..500)
        .map(|number| calls.of("keys", &team(0), &format!("made-up-{number}")))
        .collect();
    for number in 0..90 {
        events.push(calls.of("keys", &team(1 + number % 9), &tool(number)));
        events.push(calls.of("elsewhere", &team(0), &tool(0)));
    }
    keep(&mut store, &events);
    let query = place.query(|_| {});
    let teams = (1..10).map(|team| (format!("team-{team}"), 10));
    let teams: Vec<_> = [("team-0".into(), 500)].into_iter().chain(teams).collect();
    assert_eq!(top(&query, &at("keys"), Dimension::Consumer), teams);
    let other = (OTHER.to_owned(), 500 - 50 + 90);
    let tools = top(&query, &at("keys"), Dimension::Subject);
    assert!(tools.contains(&other), "{tools:?}");
    let elsewhere = top(&query, &at("elsewhere"), Dimension::Subject);
    assert_eq!(elsewhere, [(tool(0), 90)]);
    // Known ones are bounded too: ten of them are told apart by now, of a hundred.
    let events: Vec<_> = (10..200)
        .map(|number| calls.of("keys", &team(number), &tool(number)))
        .collect();
    keep(&mut store, &events);
    let consumers = format!("consumer <> '{OTHER}' AND proxy = 'keys'");
    assert_eq!(groups(&place, &consumers), 2 * 50);
    assert_eq!(query.totals(&at("keys")).unwrap().count, 500 + 90 + 190);
}

#[tokio::test]
async fn so_many_proxies_have_a_room_of_their_own() {
    let calls = Calls::new().await;
    let place = Place::new();
    let mut store = place.store(|settings| settings.groups = 1);
    let anybody = Consumer::new("keyless");
    let mut events = Vec::new();
    for number in 0..1_020 {
        for tool in ["first", "second"] {
            events.push(calls.of(&format!("proxy-{number}"), &anybody, tool));
        }
    }
    keep(&mut store, &events);
    let named = format!("subject <> '{OTHER}'");
    assert_eq!(groups(&place, &named), 1_000 + 1);
    let totals = place.query(|_| {}).totals(&everything()).unwrap();
    assert_eq!(totals.count, 2_040);
}
