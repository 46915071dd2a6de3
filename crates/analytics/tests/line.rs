//! What a line says, and how long it can be.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{Method, Request, Response};
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Event};
use tollbar_core::{Body, Consumer, Exchange, Kind, Refusal, Verdict, frame::FrameLayer};
use tollbar_mcp::Limits;
use tower::{Layer as _, ServiceExt as _, service_fn};

/// The line of an exchange that is refused behind this frame.
async fn line(frame: FrameLayer, request: Request<Body>) -> String {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let refuse = service_fn(|request: Request<Body>| async move {
        let exchange = request.extensions().get::<Exchange>().unwrap();
        let refusal = Refusal::new(Kind::Forbidden, "because", "not\n\u{1b}[31m you");
        Ok::<_, Infallible>(refusal.into_response(exchange))
    });
    let stack = AnalyticsLayer::new(move |event: Event| seen.lock().unwrap().push(event))
        .layer(frame.layer(refuse));
    drop::<Response<Body>>(stack.oneshot(request).await.unwrap());
    let events = events.lock().unwrap();
    assert_eq!(events.len(), 1);
    events[0].to_json()
}

fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/mcp")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn call(id: usize, tool: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": tool } })
}

async fn batch(frame: FrameLayer, messages: &[Value]) -> (String, Value) {
    let line = line(frame, post(serde_json::to_string(messages).unwrap())).await;
    let row = serde_json::from_str(&line).unwrap();
    (line, row)
}

#[tokio::test]
async fn a_line_holds_what_was_asked_and_why_it_was_refused_and_no_raw_control() {
    let call =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"<script>\u202e\"x"}}"#;
    let line = line(FrameLayer::new(), post(call)).await;
    assert!(!line.contains(|c: char| c.is_control()), "{line}");
    assert!(line.contains(r"<script>\u202e"), "{line}");
    let row: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(row["method"], "tools/call");
    assert_eq!(row["subject"], "<script>\u{202e}\"x");
    assert_eq!(row["version"], "2025-03-26");
    assert_eq!((&row["status"], &row["code"]), (&403.into(), &403.into()));
    assert_eq!(
        (&row["refusal"], &row["reason"]),
        (&"forbidden".into(), &"because".into())
    );
    assert_eq!(row["bytes_in"], call.len());
    assert_eq!((&row["batch"], &row["calls"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_long_method_or_uri_is_cut() {
    let mut request = post("");
    *request.method_mut() = Method::from_bytes(&[b'X'; 100_000]).unwrap();
    let text = line(FrameLayer::new(), request).await;
    assert!(text.len() < 2048, "{} bytes", text.len());
    assert!(
        text.contains(&format!("\"{}\u{2026}\"", "X".repeat(1024))),
        "{text}"
    );

    let uri = format!("x:{}", "a".repeat(5000));
    let read =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": { "uri": uri } });
    let text = line(FrameLayer::new(), post(read.to_string())).await;
    assert!(text.len() < 2048, "{} bytes", text.len());
    assert!(text.contains(&uri[..1024]), "{text}");
}

#[tokio::test]
async fn an_array_is_listed_message_by_message() {
    let messages = [
        call(1, "read"),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": { "uri": "x:a" } }),
    ];
    let (_, row) = batch(FrameLayer::new(), &messages).await;
    assert_eq!(row["batch"], 3);
    assert_eq!(
        row["calls"],
        json!([
            { "method": "tools/call", "subject_kind": "tool", "subject": "read" },
            { "method": "notifications/initialized" },
            { "method": "resources/read", "subject_kind": "resource", "subject": "x:a" },
        ])
    );
    let answers = [json!({ "jsonrpc": "2.0", "id": 1, "result": {} })];
    let (_, row) = batch(FrameLayer::new(), &answers).await;
    assert_eq!((&row["batch"], &row["calls"]), (&1.into(), &Value::Null));
}

#[tokio::test]
async fn no_element_of_a_usual_array_is_pushed_out_of_the_line() {
    let mut messages: Vec<Value> = (0..49).map(|id| call(id, &"long".repeat(256))).collect();
    messages.push(call(49, "wipe"));
    let (line, row) = batch(FrameLayer::new(), &messages).await;
    assert_eq!(row["calls"].as_array().unwrap().len(), 50);
    assert_eq!(row["calls"][49]["subject"], "wipe");
    assert!(line.len() < 32 << 10, "{} bytes", line.len());
}

#[tokio::test]
async fn an_unusually_long_array_is_counted_and_listed_in_part() {
    let frame = FrameLayer::new().limits(Limits::new().batch(2000));
    let messages: Vec<Value> = (0..2000).map(|id| call(id, &"n".repeat(1024))).collect();
    let (line, row) = batch(frame, &messages).await;
    assert_eq!(row["batch"], 2000);
    assert_eq!(row["calls"].as_array().unwrap().len(), 100);
    assert!(line.len() < 64 << 10, "{} bytes", line.len());
}

/// The line of an exchange of which a policy has said this.
async fn judged(body: String, verdicts: Vec<Verdict>) -> Value {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let verdicts = Arc::new(Mutex::new(Some(verdicts)));
    let judge = service_fn(move |request: Request<Body>| {
        let verdicts = verdicts.lock().unwrap().take().unwrap();
        async move {
            let exchange = request.extensions().get::<Exchange>().unwrap();
            let scopes = (0..100).map(|number| format!("scope-{number:03}"));
            let consumer = Consumer::new("key").with_scopes(scopes);
            exchange.set_consumer(consumer).unwrap();
            exchange.set_verdicts(verdicts).unwrap();
            exchange.add_hidden(3);
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    });
    let stack = AnalyticsLayer::new(move |event: Event| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(judge));
    drop::<Response<Body>>(stack.oneshot(post(body)).await.unwrap());
    let line = events.lock().unwrap()[0].to_json();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn what_a_policy_has_said_stands_in_the_line() {
    let denied = Verdict::deny("denied").by("no-writing").unenforced();
    let row = judged(call(1, "wipe").to_string(), vec![denied.clone()]).await;
    assert_eq!(
        (&row["decision"], &row["rule"]),
        (&"deny".into(), &"no-writing".into())
    );
    assert_eq!(
        (&row["decision_reason"], &row["shadow"]),
        (&"denied".into(), &true.into())
    );
    assert_eq!(row["hidden"], 3);
    assert_eq!(row["scopes"].as_array().unwrap().len(), 64);

    let both = serde_json::to_string(&[call(1, "get"), call(2, "wipe")]).unwrap();
    let row = judged(both, vec![Verdict::allow("allowed"), denied]).await;
    assert_eq!(row["decision"], Value::Null);
    let calls = row["calls"].as_array().unwrap();
    assert_eq!(calls[0]["decision"], "allow");
    assert_eq!(calls[0]["shadow"], Value::Null);
    assert_eq!(calls[1]["rule"], "no-writing");
}

/// The line of an exchange of this consumer.
async fn asked(consumer: Consumer) -> Value {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let mut request = post("");
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(consumer).unwrap();
    let answer =
        service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let layer = AnalyticsLayer::new(move |event: Event| seen.lock().unwrap().push(event));
    drop(layer.layer(answer).oneshot(request).await.unwrap());
    let line = events.lock().unwrap()[0].to_json();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn who_is_not_known_has_a_pseudonym_and_is_said_to_be_unverified() {
    let relayed = Consumer::new("relay").with_pseudonym("p".repeat(5000));
    let row = asked(relayed.clone().unverified()).await;
    assert_eq!(
        (&row["plan"], &row["verified"]),
        (&"relay".into(), &false.into())
    );
    let shown = row["pseudonym"].as_str().unwrap();
    assert_eq!(shown, format!("{}\u{2026}", "p".repeat(1024)));
    assert_eq!(row["consumer"], Value::Null);

    let row = asked(relayed.with_subject("ann")).await;
    assert_eq!(
        (&row["consumer"], &row["verified"]),
        (&"ann".into(), &true.into())
    );
    assert!(row["pseudonym"].is_string());
    let row = asked(Consumer::new("keyless")).await;
    assert_eq!(
        (&row["verified"], &row["pseudonym"]),
        (&Value::Null, &Value::Null)
    );
}
