//! The right to an answer ends while the answer is on its way.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, channel::Channel};
use tokio::time::timeout;
use tollbar_core::{Body, BoxError, Exchange, Grant, Message, Revocation};

use crate::support::{ask, get, json, post, stream, text};

const CALL: &str = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"slow"}}"#;

/// Gives the exchange of a request this right.
fn granted(request: &mut Request<Body>, grant: Grant) -> Exchange {
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_grant(grant).unwrap();
    exchange
}

async fn open(request: Request<Body>, response: Response<Body>) -> Response<Body> {
    let slot = Arc::new(Mutex::new(Some(response)));
    let answer = move || slot.lock().unwrap().take().unwrap();
    ask(request, |_| {}, answer).await.0
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_open_ends_at_once() {
    // A GET stream just ends.
    let (mut request, revocation) = (get(), Revocation::new());
    let exchange = granted(&mut request, Grant::new().until_revoked(&revocation));
    let (mut sender, response) = stream();
    let mut body = open(request, response).await.into_body();
    sender.send_data("data: {}\n\n".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
    assert!(timeout(Duration::from_secs(1), body.frame()).await.is_err());
    revocation.revoke();
    assert!(body.frame().await.is_none());
    assert!(exchange.was_revoked());
    let gone = sender.send_data("data: {}\n\n".into()).await;
    assert!(gone.is_err(), "the upstream's stream is still open");

    // A call that streams gets an error in the place of its result.
    let (mut request, revocation) = (post(CALL), Revocation::new());
    let plan = Revocation::new();
    let grant = Grant::new().until_revoked(&plan).until_revoked(&revocation);
    let exchange = granted(&mut request, grant);
    let (_sender, response) = stream();
    let body = open(request, response).await.into_body();
    let told = tokio::spawn(async { body.collect().await.unwrap().to_bytes() });
    tokio::time::sleep(Duration::from_secs(1)).await;
    revocation.revoke();
    assert_eq!(
        told.await.unwrap(),
        "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":401,\"message\":\"the right to \
         be here has ended\"}}\n\n"
    );
    assert_eq!(exchange.refusal().unwrap().reason(), "grant_ended");

    // A subscription gets its closing result.
    let mut request = post(
        r#"{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    let headers = request.headers_mut();
    headers.insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    headers.insert("mcp-method", "subscriptions/listen".parse().unwrap());
    granted(&mut request, Grant::new().until_revoked(&plan));
    let (_sender, response) = stream();
    let body = open(request, response).await.into_body();
    plan.revoke();
    let told = body.collect().await.unwrap().to_bytes();
    let told: serde_json::Value = serde_json::from_slice(&told[6..]).unwrap();
    assert_eq!(told["result"]["resultType"], "complete");
    assert_eq!(told["id"], "s");
}

#[tokio::test(start_paused = true)]
async fn half_an_event_is_not_waited_for() {
    let (mut request, revocation) = (get(), Revocation::new());
    granted(&mut request, Grant::new().until_revoked(&revocation));
    let (mut sender, response) = stream();
    let mut body = open(request, response).await.into_body();
    sender.send_data("data: half".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
    revocation.revoke();
    assert!(body.frame().await.unwrap().is_err());
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_under_filters_ends_too() {
    let (mut request, revocation) = (get(), Revocation::new());
    granted(&mut request, Grant::new().until_revoked(&revocation));
    let (_sender, response) = stream();
    let slot = Arc::new(Mutex::new(Some(response)));
    let pass = |_: &Exchange, _: &mut Message<'_>| Ok(());
    let hook = move |exchange: &Exchange| exchange.filter(Arc::new(pass)).unwrap();
    let answer = move || slot.lock().unwrap().take().unwrap();
    let mut body = ask(request, hook, answer).await.0.into_body();
    assert!(timeout(Duration::from_secs(1), body.frame()).await.is_err());
    revocation.revoke();
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_stream_ends_at_its_time() {
    let mut request = get();
    let soon = SystemTime::now() + Duration::from_millis(200);
    granted(&mut request, Grant::new().until(soon));
    let (_sender, response) = stream();
    let mut body = open(request, response).await.into_body();
    let ended = timeout(Duration::from_secs(5), body.frame()).await.unwrap();
    assert!(ended.is_none());
    assert!(SystemTime::now() >= soon);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_does_not_pass() {
    let (mut request, revocation) = (post(CALL), Revocation::new());
    let exchange = granted(&mut request, Grant::new().until_revoked(&revocation));
    let hook = move |_: &Exchange| revocation.revoke();
    let answer = || json(r#"{"jsonrpc":"2.0","id":7,"result":{"secret":1}}"#);
    let (response, server) = ask(request, hook, answer).await;
    assert_eq!(server.count(), 1);
    assert_eq!(response.status(), 401);
    let told = text(response).await;
    assert!(!told.contains("secret"), "{told}");
    assert!(told.contains("\"id\":7"), "{told}");
    assert!(exchange.was_revoked());
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_holds_changes_nothing() {
    let (mut request, revocation) = (post(CALL), Revocation::new());
    let later = SystemTime::now() + Duration::from_secs(3600);
    let grant = Grant::new().until_revoked(&revocation).until(later);
    assert!(grant.can_end() && !grant.has_ended());
    granted(&mut request, grant);
    let answer = || json(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
    let (response, _) = ask(request, |_| {}, answer).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        text(response).await,
        r#"{"jsonrpc":"2.0","id":7,"result":{}}"#
    );
}

#[test]
fn the_first_of_two_times_counts() {
    let now = SystemTime::now();
    let past = now - Duration::from_secs(1);
    let later = now + Duration::from_secs(3600);
    assert!(Grant::new().until(later).until(past).has_ended());
    assert!(Grant::new().until(past).until(later).has_ended());
    assert!(!Grant::new().until(later).has_ended());
    assert!(!Grant::new().can_end());
}

#[tokio::test]
async fn a_right_can_be_taken_back_at_a_time_and_that_time_moved() {
    let revocation = Revocation::new();
    let ended = tokio::spawn(Grant::new().until_revoked(&revocation).ended());
    let now = SystemTime::now();
    revocation.revoke_at(Some(now + Duration::from_secs(3600)));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!ended.is_finished() && !revocation.is_revoked());
    revocation.revoke_at(None);
    revocation.revoke_at(Some(SystemTime::now() + Duration::from_millis(100)));
    timeout(Duration::from_secs(5), ended)
        .await
        .unwrap()
        .unwrap();
    assert!(revocation.is_revoked());

    // What was taken back at once is not given again.
    let revocation = Revocation::new();
    revocation.revoke();
    revocation.revoke_at(None);
    assert!(revocation.is_revoked());
    // A time before all times has come too.
    let revocation = Revocation::new();
    revocation.revoke_at(Some(SystemTime::UNIX_EPOCH - Duration::from_secs(1)));
    assert!(revocation.is_revoked());
}

/// Whether an answer of this kind still comes after the right to it has ended.
async fn survives(headers: &[(&str, &str)]) -> bool {
    let (mut request, revocation) = (post(CALL), Revocation::new());
    granted(&mut request, Grant::new().until_revoked(&revocation));
    let (mut sender, channel) = Channel::<Bytes, BoxError>::new(16);
    let mut response = Response::builder();
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let response = response.body(Body::new(channel)).unwrap();
    let mut body = open(request, response).await.into_body();
    sender.send_data("data: {}\n\n".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
    let next = tokio::spawn(async move { body.frame().await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    revocation.revoke();
    // Nothing more comes from the server, and yet it ends.
    let next = timeout(Duration::from_secs(1), next).await;
    let frame = next.expect("it is still open").unwrap();
    matches!(frame, Some(Ok(frame)) if frame.data_ref().is_some_and(|data| data.ends_with(b"{}\n\n")))
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_answer_ends_with_its_right() {
    for headers in [
        &[("content-type", "text/event-stream")][..],
        &[
            ("content-type", "text/event-stream"),
            ("content-encoding", "gzip"),
        ],
        &[("content-type", "text/event-stream; charset=iso-8859-1")],
        &[
            ("content-type", "text/event-stream"),
            ("content-type", "text/event-stream"),
        ],
        &[("content-type", "application/json")],
        &[("content-type", "text/plain")],
        &[],
    ] {
        assert!(!survives(headers).await, "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_collected_for_a_filter_does_not_pass_afterwards() {
    let (mut request, revocation) = (post(CALL), Revocation::new());
    granted(&mut request, Grant::new().until_revoked(&revocation));
    let (mut sender, channel) = Channel::<Bytes, BoxError>::new(16);
    let response = Response::builder()
        .header("content-type", "application/json")
        .body(Body::new(channel));
    let slot = Arc::new(Mutex::new(Some(response.unwrap())));
    let pass = |_: &Exchange, _: &mut Message<'_>| Ok(());
    let hook = move |exchange: &Exchange| exchange.filter(Arc::new(pass)).unwrap();
    let answer = move || slot.lock().unwrap().take().unwrap();
    let asked = tokio::spawn(async move { ask(request, hook, answer).await.0 });
    let start = r#"{"jsonrpc":"2.0","id":7,"#;
    sender.send_data(start.into()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    revocation.revoke();
    let refused = timeout(Duration::from_secs(1), asked).await;
    assert_eq!(refused.unwrap().unwrap().status(), 401);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_body_comes_too_late_is_not_sent_on() {
    let (mut sender, channel) = Channel::<Bytes, BoxError>::new(16);
    let (mut request, revocation) = (post(Body::new(channel)), Revocation::new());
    granted(&mut request, Grant::new().until_revoked(&revocation));
    let asked = tokio::spawn(async move { ask(request, |_| {}, || json("{}")).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    revocation.revoke();
    sender.send_data(CALL.into()).await.unwrap();
    drop(sender);
    let (response, server) = asked.await.unwrap();
    assert_eq!((response.status().as_u16(), server.count()), (401, 0));
}
