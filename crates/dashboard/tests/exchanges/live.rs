//! Exchanges as they happen.

use std::{sync::Arc, time::Duration};

use http::{Method, Response, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::time::timeout;
use tollbar_analytics::{Event, Sink as _};
use tollbar_core::Body;
use tollbar_dashboard::{Api, ApiSettings, Tail, Token};

use crate::{
    answers::{TOKEN, request, send},
    filled::{Place, spread},
};

/// An API with a tail, and the folder that has to stay.
fn live(room: usize, tails: usize) -> (Place, Tail, Api) {
    let place = Place::new();
    drop(place.store(|_| {}));
    let tail = Tail::with_room(room);
    let mut settings = ApiSettings::default();
    settings.tails = tails;
    let api = Api::builder(place.query(|_| {})).tail(tail.clone());
    let api = api.settings(settings).build();
    (place, tail, api)
}

/// Reads a stream, event by event.
struct Stream(Body);

impl Stream {
    async fn open(api: &Api, query: &str) -> Self {
        let response = send(api, request(&format!("tail{query}"))).await;
        assert_eq!(response.status(), 200, "{query}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/event-stream"
        );
        let mut stream = Self(response.into_body());
        assert_eq!(stream.next().await.unwrap(), ": here\n\n");
        stream
    }

    /// The next frame, which is a whole event. `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let frame = timeout(Duration::from_secs(5), self.0.frame()).await;
        let frame = frame.expect("a frame comes in time")?;
        let bytes = frame.unwrap().into_data().unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Its name, its id, and what it says.
    async fn event(&mut self) -> (String, String, String) {
        let text = self.next().await.unwrap();
        let mut members = [const { String::new() }; 3];
        for line in text.strip_suffix("\n\n").unwrap().split('\n') {
            let (name, value) = line.split_once(": ").unwrap();
            let place = ["event", "id", "data"].iter().position(|it| *it == name);
            value.clone_into(&mut members[place.unwrap()]);
        }
        members.into()
    }

    /// Nothing comes.
    async fn is_silent(&mut self) -> bool {
        timeout(Duration::from_millis(50), self.0.frame())
            .await
            .is_err()
    }
}

async fn named(tools: &[&str]) -> Vec<Arc<Event>> {
    let mut events = spread(tools.len(), 10, 1).await;
    for (event, tool) in events.iter_mut().zip(tools) {
        let event = Arc::make_mut(event);
        event.asked.as_mut().unwrap().subject = Some((*tool).into());
    }
    events
}

#[tokio::test]
async fn an_event_comes_when_it_happens() {
    let (_place, tail, api) = live(16, 2);
    let events = named(&["a", "two\nlines\r\n\r\ndata: x", "c"]).await;
    // Nobody reads yet.
    tail.record(Arc::clone(&events[2]));
    let mut stream = Stream::open(&api, "").await;
    let mut other = Stream::open(&api, "").await;
    assert!(stream.is_silent().await);
    for event in &events {
        tail.record(Arc::clone(event));
        for stream in [&mut stream, &mut other] {
            let (name, id, data) = stream.event().await;
            assert_eq!((name.as_str(), id), ("exchange", event.id.to_string()));
            assert_eq!(data, event.to_json());
        }
    }
    assert!(stream.is_silent().await);
}

#[tokio::test]
async fn only_what_fits_comes() {
    let (_place, tail, api) = live(1_024, 4);
    let events = spread(300, 60, 4).await;
    let mut errors = Stream::open(&api, "?errors=true").await;
    let mut tool = Stream::open(&api, "?subject=tool-1&method=tools/call").await;
    let mut nobody = Stream::open(&api, "?consumer=nobody").await;
    for event in &events {
        tail.record(Arc::clone(event));
    }
    let is_error: Vec<_> = events.iter().filter(|event| event.is_error()).collect();
    let is_tool = |event: &&Arc<Event>| {
        let line: Value = serde_json::from_str(&event.to_json()).unwrap();
        line["subject"] == "tool-1" && line["method"] == "tools/call"
    };
    let is_tool: Vec<_> = events.iter().filter(is_tool).collect();
    for (stream, expected) in [(&mut errors, is_error), (&mut tool, is_tool)] {
        assert!((5..200).contains(&expected.len()), "{}", expected.len());
        for event in expected {
            assert_eq!(stream.event().await.2, event.to_json());
        }
        assert!(stream.is_silent().await);
    }
    assert!(nobody.is_silent().await);
}

#[tokio::test]
async fn who_is_too_slow_is_told_how_much_was_missed() {
    let (_place, tail, api) = live(8, 1);
    let mut stream = Stream::open(&api, "").await;
    let events = spread(30, 60, 4).await;
    for event in &events {
        tail.record(Arc::clone(event));
    }
    let (name, id, data) = stream.event().await;
    assert_eq!((name.as_str(), id.as_str()), ("skipped", ""));
    assert_eq!(data, r#"{"skipped":22}"#);
    for event in &events[22..] {
        assert_eq!(stream.event().await.2, event.to_json());
    }
    assert!(stream.is_silent().await);
}

#[tokio::test]
async fn a_tail_that_is_closed_ends_its_streams() {
    let (_place, tail, api) = live(8, 2);
    let mut stream = Stream::open(&api, "").await;
    let events = named(&["a"]).await;
    tail.record(Arc::clone(&events[0]));
    tail.close();
    assert_eq!(stream.event().await.2, events[0].to_json());
    assert_eq!(stream.next().await, None);
    // Those that come later too.
    let mut late = Stream::open(&api, "").await;
    tail.record(Arc::clone(&events[0]));
    assert_eq!(late.next().await, None);
}

async fn status(api: &Api, method: Method, path: &str) -> (u16, Response<Body>) {
    let mut request = request(path);
    *request.method_mut() = method;
    let response = send(api, request).await;
    (response.status().as_u16(), response)
}

#[tokio::test]
async fn so_many_read_at_a_time() {
    let (_place, _tail, api) = live(8, 2);
    let one = Stream::open(&api, "").await;
    let _two = Stream::open(&api, "").await;
    let (full, response) = status(&api, Method::GET, "tail").await;
    assert_eq!(full, 503);
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    // The others are no matter of it.
    assert_eq!(status(&api, Method::GET, "totals").await.0, 200);
    drop(one);
    let (free, held) = status(&api, Method::GET, "tail").await;
    assert_eq!(free, 200);
    drop(held);
    // Who only asks whether it is there holds no place.
    for _ in 0..3 {
        assert_eq!(status(&api, Method::HEAD, "tail").await.0, 200);
    }
    Stream::open(&api, "").await;
}

#[tokio::test]
async fn a_tail_is_asked_for_like_everything_else() {
    let (place, tail, api) = live(8, 2);
    for path in [
        "tail?last=1h",
        "tail?from=0",
        "tail?limit=1",
        "tail?x=1",
        "tail?class=9",
    ] {
        assert_eq!(status(&api, Method::GET, path).await.0, 400, "{path}");
    }
    let api = Api::builder(place.query(|_| {})).tail(tail);
    let api = api.token(Token::new(TOKEN).unwrap()).build();
    assert_eq!(status(&api, Method::GET, "tail").await.0, 401);
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_gives_a_sign_of_life() {
    let (_place, tail, api) = live(8, 1);
    let response = send(&api, request("tail?errors=true")).await;
    let mut body = response.into_body();
    let mut next = async || {
        let bytes = body.frame().await.unwrap().unwrap().into_data().unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    assert_eq!(next().await, ": here\n\n");
    let started = tokio::time::Instant::now();
    for _ in 0..3 {
        assert_eq!(next().await, ": still here\n\n");
    }
    assert_eq!(started.elapsed().as_secs(), 45);
    drop(tail);
}
