//! Filters on the head of an answer, and what they know of an `initialize`.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Exchange};
use tollbar_mcp::Version;

use crate::support::{ask, json, post, stream};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
const RESULT: &str =
    r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{}}}"#;

/// Notes the negotiated version in a header.
fn negotiated(exchange: &Exchange, headers: &mut HeaderMap) {
    let version = exchange.negotiated().map_or("unknown", Version::as_str);
    headers.insert("x-negotiated", version.parse().unwrap());
}

async fn initialize(answer: Response<Body>) -> Response<Body> {
    let slot = Arc::new(Mutex::new(Some(answer)));
    let answer = move || slot.lock().unwrap().take().unwrap();
    let hook = |exchange: &Exchange| exchange.filter_head(Arc::new(negotiated)).unwrap();
    ask(post(INITIALIZE), hook, answer).await.0
}

#[tokio::test]
async fn the_version_is_known_when_a_document_leaves() {
    let response = initialize(json(RESULT)).await;
    assert_eq!(response.headers()["x-negotiated"], "2025-06-18");
}

#[tokio::test]
async fn the_head_of_a_stream_waits_for_the_version_and_nothing_is_lost() {
    let (mut sender, response) = stream();
    let waiting = tokio::spawn(initialize(response));
    sender.send_data("id: 0\ndata:\n\n".into()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    let event = format!("data: {RESULT}\n\n");
    let (start, end) = event.split_at(30);
    sender.send_data(start.to_owned().into()).await.unwrap();
    sender.send_data(end.to_owned().into()).await.unwrap();
    let response = waiting.await.unwrap();
    assert_eq!(response.headers()["x-negotiated"], "2025-06-18");
    drop(sender);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, format!("id: 0\ndata:\n\n{event}"));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_does_not_hold_the_head_for_ever() {
    let (mut sender, response) = stream();
    sender.send_data(": hello\n\n".into()).await.unwrap();
    let started = tokio::time::Instant::now();
    let response = initialize(response).await;
    assert_eq!(started.elapsed().as_secs(), 30);
    assert_eq!(response.headers()["x-negotiated"], "unknown");
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, ":\n\n");
    drop(sender);
}

#[tokio::test]
async fn a_flood_before_the_answer_is_not_kept() {
    let (mut sender, response) = stream();
    let waiting = tokio::spawn(initialize(response));
    let noise = "x".repeat(1 << 20);
    let chunk = format!(
        "data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":\"{noise}\"}}\n\n"
    );
    let mut sent = 0;
    while !waiting.is_finished() && sent < 64 {
        sender.send_data(chunk.clone().into()).await.unwrap();
        tokio::task::yield_now().await;
        sent += 1;
    }
    // The event limit is 16 MiB.
    assert!(waiting.is_finished(), "{sent} MiB were kept");
    let response = waiting.await.unwrap();
    assert_eq!(response.headers()["x-negotiated"], "unknown");
}
