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

/// The one line of an exchange that is refused behind this frame.
async fn line(frame: FrameLayer, request: Request<Body>) -> String {
    let lines = lines(frame, request).await;
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    line.clone()
}

/// The lines of an exchange that is refused behind this frame.
async fn lines(frame: FrameLayer, request: Request<Body>) -> Vec<String> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let refuse = service_fn(|request: Request<Body>| async move {
        let exchange = request.extensions().get::<Exchange>().unwrap();
        let refusal = Refusal::new(Kind::Forbidden, "because", "not\n\u{1b}[31m you");
        Ok::<_, Infallible>(refusal.into_response(exchange))
    });
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(frame.layer(refuse));
    drop::<Response<Body>>(stack.oneshot(request).await.unwrap());
    let events = events.lock().unwrap();
    events.iter().map(|event| event.to_json()).collect()
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

/// The lines of an array, as text and as what they say.
async fn batch(frame: FrameLayer, messages: &[Value]) -> Vec<(String, Value)> {
    let lines = lines(frame, post(serde_json::to_string(messages).unwrap())).await;
    let parsed = |line: String| {
        let row = serde_json::from_str(&line).unwrap();
        (line, row)
    };
    lines.into_iter().map(parsed).collect()
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
    assert_eq!(
        (&row["batch"], &row["batch_index"]),
        (&Value::Null, &Value::Null)
    );
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
async fn each_message_of_an_array_has_a_line() {
    let messages = [
        call(1, "read"),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": { "uri": "x:a" } }),
    ];
    let lines = batch(FrameLayer::new(), &messages).await;
    let expected = [
        ("tools/call", json!("tool"), json!("read"), json!("1")),
        (
            "notifications/initialized",
            Value::Null,
            Value::Null,
            Value::Null,
        ),
        (
            "resources/read",
            json!("resource"),
            json!("x:a"),
            json!("2"),
        ),
    ];
    assert_eq!(lines.len(), 3);
    for (index, ((_, row), (method, kind, subject, id))) in lines.iter().zip(expected).enumerate() {
        assert_eq!(
            (&row["batch"], &row["batch_index"]),
            (&json!(3), &json!(index))
        );
        assert_eq!(
            (&row["method"], &row["subject_kind"]),
            (&json!(method), &kind)
        );
        assert_eq!((&row["subject"], &row["rpc_id"]), (&subject, &id));
        assert_eq!(
            (&row["id"], &row["reason"]),
            (&lines[0].1["id"], &json!("because"))
        );
        // What is of the whole exchange stands in one line of it.
        assert_eq!(row["bytes_in"].is_number(), index == 0);
        assert_eq!(row["bytes_out"].is_number(), index == 0);
    }
    let answers = [json!({ "jsonrpc": "2.0", "id": 1, "result": {} })];
    let lines = batch(FrameLayer::new(), &answers).await;
    let row = &lines[0].1;
    assert_eq!((&row["batch"], &row["method"]), (&json!(1), &Value::Null));
    assert_eq!(lines.len(), 1);
}

#[tokio::test]
async fn no_message_of_a_long_array_is_left_out_and_each_line_is_bounded() {
    let frame = FrameLayer::new().limits(Limits::new().batch(2000));
    let mut messages: Vec<Value> = (0..1999).map(|id| call(id, &"n".repeat(1024))).collect();
    messages.push(call(1999, "wipe"));
    let lines = batch(frame, &messages).await;
    assert_eq!(lines.len(), 2000);
    for (index, (line, row)) in lines.iter().enumerate() {
        assert_eq!(
            (&row["batch"], &row["batch_index"]),
            (&json!(2000), &json!(index))
        );
        assert!(line.len() < 2048, "{} bytes", line.len());
    }
    assert_eq!(lines[1999].1["subject"], "wipe");
}

/// The lines of an exchange of which a policy has said this.
async fn judged(body: String, verdicts: Vec<Verdict>) -> Vec<Value> {
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
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(judge));
    drop::<Response<Body>>(stack.oneshot(post(body)).await.unwrap());
    let events = events.lock().unwrap();
    let parsed = |event: &Arc<Event>| serde_json::from_str(&event.to_json()).unwrap();
    events.iter().map(parsed).collect()
}

#[tokio::test]
async fn what_a_policy_has_said_stands_in_the_line() {
    let denied = Verdict::deny("denied").by("no-writing").unenforced();
    let rows = judged(call(1, "wipe").to_string(), vec![denied.clone()]).await;
    let row = &rows[0];
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
    let rows = judged(both, vec![Verdict::allow("allowed"), denied]).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["decision"], &rows[1]["decision"]),
        (&json!("allow"), &json!("deny"))
    );
    assert_eq!(
        (&rows[0]["shadow"], &rows[1]["shadow"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(
        (&rows[0]["rule"], &rows[1]["rule"]),
        (&Value::Null, &json!("no-writing"))
    );
    assert_eq!(
        (&rows[0]["hidden"], &rows[1]["hidden"]),
        (&json!(3), &Value::Null)
    );
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
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event));
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
