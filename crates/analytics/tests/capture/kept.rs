//! What is kept, under which conditions, and how much of it.

use std::sync::{Arc, Mutex};

use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Capture, CaptureGuard, Event};
use tollbar_core::{Body, GuardLayer, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::stack::{KEY, call, captured, echo, events, params};

#[tokio::test]
async fn what_was_asked_and_answered_is_kept_and_stands_in_the_line() {
    let events = events(Capture::new(), &call(1, &json!({ "city": "Oslo" }))).await;
    let kept = events[0].captured.as_deref().unwrap();
    assert_eq!(
        params(kept),
        json!({ "name": "echo", "arguments": { "city": "Oslo" } })
    );
    let result: Value = serde_json::from_str(kept.result.as_deref().unwrap()).unwrap();
    assert_eq!(result["structuredContent"], json!({ "city": "Oslo" }));
    assert_eq!(kept.error, None);
    let line: Value = serde_json::from_str(&events[0].to_json()).unwrap();
    assert_eq!(line["captured_params"].as_str(), kept.params.as_deref());
    assert_eq!(line["captured_result"].as_str(), kept.result.as_deref());
}

#[tokio::test]
async fn each_condition_keeps_others_out() {
    let nothing = json!({});
    let holds = [
        Capture::new().proxies(["weather"]),
        Capture::new().consumers(["ann"]),
        Capture::new().consumers(["bob", "k_1"]),
        Capture::new().methods(["tools/call"]),
        Capture::new().sample(1.0),
        Capture::new().sample(7.0),
    ];
    for capture in holds {
        assert!(
            captured(capture.clone(), &nothing).await.is_some(),
            "{capture:?}"
        );
    }
    let fails = [
        Capture::new().proxies(["other"]),
        Capture::new().consumers(["bob"]),
        Capture::new().methods(["tools/list"]),
        Capture::new().errors_only(),
        Capture::new().sample(0.0),
        Capture::new().sample(-1.0),
        Capture::new().sample(f64::NAN),
        // All have to hold.
        Capture::new().proxies(["weather"]).consumers(["bob"]),
    ];
    for capture in fails {
        assert_eq!(
            captured(capture.clone(), &nothing).await,
            None,
            "{capture:?}"
        );
    }
}

#[tokio::test]
async fn errors_are_kept_with_what_was_asked() {
    let kept = captured(Capture::new().errors_only(), &json!({ "fail": true }))
        .await
        .unwrap();
    assert_eq!(params(&kept)["arguments"]["fail"], true);
    assert!(kept.error.unwrap().contains("-32602"));
    assert_eq!(kept.result, None);
    let kept = captured(Capture::new().errors_only(), &json!({ "refuse": true }))
        .await
        .unwrap();
    assert_eq!(params(&kept)["arguments"]["refuse"], true);
    // What the client was told.
    assert!(kept.error.unwrap().contains("not you"));
    assert_eq!(kept.result, None);
}

#[tokio::test]
async fn a_share_is_about_that_share() {
    let capture = Capture::new().sample(0.25);
    let mut kept = 0;
    for _ in 0..400 {
        kept += usize::from(captured(capture.clone(), &json!({})).await.is_some());
    }
    assert!((50..150).contains(&kept), "{kept} of 400");
}

#[tokio::test]
async fn each_message_of_an_array_has_its_own() {
    let body = json!([
        call(1, &json!({ "n": "one" })),
        call(2, &json!({ "n": "two", "fail": true }))
    ]);
    let events = events(Capture::new(), &body).await;
    assert_eq!(events.len(), 2);
    let [one, two] = [&events[0], &events[1]].map(|event| event.captured.as_deref().unwrap());
    assert_eq!(
        (
            &params(one)["arguments"]["n"],
            &params(two)["arguments"]["n"]
        ),
        (&json!("one"), &json!("two"))
    );
    assert!(one.result.as_deref().unwrap().contains("one") && one.error.is_none());
    assert!(two.error.as_deref().unwrap().contains("two") && two.result.is_none());
}

#[tokio::test]
async fn what_is_kept_is_bounded_and_no_half_of_a_secret_is_left() {
    let long = json!({ "a": "\u{e4}".repeat(5000), "b": "x" });
    let kept = captured(Capture::new().bytes(101), &long).await.unwrap();
    let text = kept.params.unwrap();
    assert!(
        (101..=101 + '…'.len_utf8()).contains(&text.len()),
        "{} bytes",
        text.len()
    );
    assert!(
        text.ends_with('…') && text.starts_with(r#"{"arguments":{"a":"ä"#),
        "{text}"
    );
    // However it is cut.
    let capture = Capture::new();
    for bytes in 0..120 {
        let kept = captured(capture.clone().bytes(bytes), &json!({ "a": KEY }))
            .await
            .unwrap();
        assert!(!kept.params.unwrap().contains("tollbar_"));
    }
    // Nothing is kept of what was not read as a whole.
    assert_eq!(captured(Capture::new().read(1000), &long).await, None);
}

#[tokio::test]
async fn nothing_is_kept_unless_it_is_asked_for() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(service_fn(echo))));
    let body = call(1, &json!({ "city": "Oslo" })).to_string();
    let request = Request::post("/mcp").header("content-type", "application/json");
    let response = stack
        .oneshot(request.body(Body::from(body)).unwrap())
        .await
        .unwrap();
    response.into_body().collect().await.unwrap();
    let events = events.lock().unwrap();
    assert_eq!(events[0].captured, None);
    assert!(!format!("{:?}{}", events[0], events[0].to_json()).contains("Oslo"));
}
