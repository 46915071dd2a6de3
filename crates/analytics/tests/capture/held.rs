//! What open exchanges hold, and for how long.

use std::{
    convert::Infallible,
    future::Future as _,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::Instant,
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::json;
use tollbar_analytics::{AnalyticsLayer, Capture, CaptureGuard, Event};
use tollbar_core::{Body, Consumer, Exchange, GuardLayer, Kind, Refusal, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::stack::{call, captured, echo, events};

fn request(body: &str) -> Request<Body> {
    let request = Request::post("/mcp").header("content-type", "application/json");
    request.body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn all_open_exchanges_together_hold_no_more_than_they_may() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&seen);
    let capture = Capture::new().hold(2_500);
    let never =
        service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| events.lock().unwrap().push(event))
        .capture(capture.clone())
        .layer(FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(never)));
    // Some 1,050 bytes with what is around it: two have room.
    let body = call(1, &json!({ "a": "x".repeat(900) })).to_string();
    let count = |seen: &Mutex<Vec<Arc<Event>>>| {
        let mut seen = seen.lock().unwrap();
        let kept = seen.iter().filter(|event| event.captured.is_some()).count();
        let all = seen.len();
        seen.clear();
        (kept, all)
    };
    for _ in 0..3 {
        let mut open = Vec::new();
        for _ in 0..5 {
            let mut waiting = Box::pin(stack.clone().oneshot(request(&body)));
            let mut context = Context::from_waker(Waker::noop());
            assert!(waiting.as_mut().poll(&mut context).is_pending());
            open.push(waiting);
        }
        // The clients leave, and the room comes back.
        drop(open);
        assert_eq!(count(&seen), (2, 5));
    }
    // Answers take from the same room.
    assert!(
        captured(capture.hold(900), &json!({ "a": "x".repeat(500) }))
            .await
            .unwrap()
            .result
            .is_none()
    );
}

#[tokio::test]
async fn a_server_that_says_it_again_and_again_fills_nothing() {
    let server = service_fn(|request: Request<Body>| async move {
        let exchange = request.extensions().get::<Exchange>().unwrap();
        exchange.set_answered(http::StatusCode::OK).unwrap();
        let again = "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n".repeat(2_000);
        let first = "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"first\":true}}\n\n";
        let other = "data: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"other\":true}}\n\n";
        let response = Response::builder().header("content-type", "text/event-stream");
        let body = Body::from(format!("{first}{again}{other}"));
        Ok::<_, Infallible>(response.body(body).unwrap())
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let last = Arc::clone(&seen);
    // Each of them would take 64 bytes and more.
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| last.lock().unwrap().push(event))
        .capture(Capture::new().hold(1_000))
        .layer(FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(server)));
    let mut request = request(&json!([call(1, &json!({})), call(2, &json!({}))]).to_string());
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(Consumer::new("gold")).unwrap();
    let response = stack.clone().oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let events = seen.lock().unwrap();
    let result = |index: usize| events[index].captured.as_deref().unwrap().result.as_deref();
    assert_eq!(result(0), Some(r#"{"first":true}"#));
    // There is room for it.
    assert_eq!(result(1), Some(r#"{"other":true}"#));
}

/// A plan that stands inside of the layer, as all do.
#[tokio::test]
async fn consumers_that_are_found_out_on_the_way_count() {
    #[derive(Clone)]
    struct Plan;

    impl tollbar_core::Guard for Plan {
        async fn check(
            &self,
            head: &http::request::Parts,
            exchange: &Exchange,
        ) -> Result<tollbar_core::Pass, Refusal> {
            let Some(name) = head.headers.get("x-name") else {
                return Err(Refusal::new(
                    Kind::Unauthenticated,
                    "credential_missing",
                    "who?",
                ));
            };
            let consumer = Consumer::new("gold").with_subject(name.to_str().unwrap());
            exchange.set_consumer(consumer).unwrap();
            Ok(tollbar_core::Pass::new())
        }
    }

    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&seen);
    let framed = FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(service_fn(echo)));
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| events.lock().unwrap().push(event))
        .capture(Capture::new().consumers(["ann"]))
        .layer(GuardLayer::new(Plan).layer(framed));
    for name in [Some("ann"), Some("bob"), None] {
        let mut request = request(&call(1, &json!({})).to_string());
        if let Some(name) = name {
            request
                .headers_mut()
                .insert("x-name", name.parse().unwrap());
        }
        let response = stack.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap();
    }
    let seen = seen.lock().unwrap();
    let kept: Vec<bool> = seen.iter().map(|event| event.captured.is_some()).collect();
    assert_eq!(kept, [true, false, false]);
}

#[tokio::test]
async fn a_client_that_leaves_is_no_error_and_nothing_is_held_for_it() {
    for (capture, is_kept) in [
        (Capture::new(), true),
        (Capture::new().errors_only(), false),
    ] {
        let seen = Arc::new(Mutex::new(None));
        let last = Arc::clone(&seen);
        let never = service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<Body>, Infallible>>()
        });
        let stack =
            AnalyticsLayer::new(move |event: Arc<Event>| *last.lock().unwrap() = Some(event))
                .capture(capture)
                .layer(FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(never)));
        {
            let mut waiting = pin!(stack.oneshot(request(&call(1, &json!({})).to_string())));
            let mut context = Context::from_waker(Waker::noop());
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        let event = seen.lock().unwrap().take().unwrap();
        assert_eq!(event.captured.is_some(), is_kept);
    }
}

/// What a stranger may send to make it dear. The bound is for a busy machine and code that is not optimised.
#[tokio::test]
async fn what_is_worst_to_look_through_takes_a_bounded_time() {
    let size = 200_000;
    let many = |text: &str| json!({ "text": text.repeat(size / text.len()) });
    for arguments in [
        many("a"),
        many("token"),
        many("token=\""),
        many("token: a "),
        many("eyJ"),
        many("-----BEGIN PRIVATE KEY-----"),
        many("//a:"),
        many("bearer "),
        many("\u{e4}\u{202e}"),
        json!({ "text": "\\\"".repeat(size / 8) }),
        json!({ "list": vec![""; size / 4] }),
        json!({ "list": vec![7; size / 2] }),
        json!({ "list": vec![json!({ "name": "a" }); size / 16] }),
    ] {
        let start = Instant::now();
        let events = events(Capture::new(), &call(1, &arguments)).await;
        let taken = start.elapsed();
        assert!(events[0].captured.is_some());
        let text = arguments.to_string();
        assert!(taken.as_secs() < 10, "{taken:?} for {:?}", text.get(..40));
    }
}
