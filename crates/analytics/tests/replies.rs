//! What an event knows of what the MCP server has replied.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Event, Passed};
use tollbar_core::{Body, Exchange, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// Answers a request with this, which is read to its end.
async fn ask(layer: AnalyticsLayer, request: Request<Body>, kind: &str, answer: &str) {
    let (kind, answer) = (kind.to_owned(), answer.to_owned());
    let answer = service_fn(move |request: Request<Body>| {
        let response = Response::builder().header("content-type", &kind);
        let response = response.body(Body::from(answer.clone())).unwrap();
        async move {
            let exchange = request.extensions().get::<Exchange>().unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            exchange.note_asked();
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _ = exchange.set_answered(response.status());
            Ok::<_, Infallible>(response)
        }
    });
    let frame = FrameLayer::new().event_limit(4096);
    let response = layer
        .layer(frame.layer(answer))
        .oneshot(request)
        .await
        .unwrap();
    response.into_body().collect().await.unwrap();
}

fn post(body: &Value) -> Request<Body> {
    let request = Request::post("/mcp").header("content-type", JSON);
    request.body(Body::from(body.to_string())).unwrap()
}

fn call(id: u64) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "a" } })
}

/// The events of this, with a layer that looks into answers.
async fn seen(body: &Value, kind: &str, answer: &str) -> Vec<Arc<Event>> {
    kept(|layer| layer, post(body), kind, answer).await
}

async fn kept(
    settle: impl Fn(AnalyticsLayer) -> AnalyticsLayer,
    request: Request<Body>,
    kind: &str,
    answer: &str,
) -> Vec<Arc<Event>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&kept);
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| sink.lock().unwrap().push(event));
    ask(settle(layer), request, kind, answer).await;
    let kept = kept.lock().unwrap();
    kept.clone()
}

#[tokio::test]
async fn an_error_inside_of_a_200_is_known() {
    let error = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#;
    let stream = format!(
        "data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}}\n\ndata: {error}\n\n"
    );
    for (kind, answer, messages) in [(JSON, error, 1), (EVENTS, &stream, 2)] {
        let events = seen(&call(1), kind, answer).await;
        let [event] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(event.code(), Some(-32602), "{kind}");
        assert_eq!(event.upstream.unwrap().status, 200);
        assert_eq!(event.sizes.messages, messages);
        assert!(event.is_inspected);
        assert_eq!(event.sizes.bytes_out, answer.len() as u64);
    }
}

#[tokio::test]
async fn a_tool_that_failed_is_known() {
    for (result, expected) in [
        (r#"{"content":[],"isError":true}"#, true),
        (r#"{"content":[],"isError":false}"#, false),
        (r#"{"content":[],"is\u0045rror":true}"#, true),
        (r#"{"content":[{"isError":true}]}"#, false),
        (r#"{"isError":"true"}"#, false),
    ] {
        let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
        let events = seen(&call(1), JSON, &answer).await;
        let upstream = events[0].upstream.unwrap();
        assert_eq!(
            (upstream.is_tool_error, upstream.code),
            (expected, None),
            "{result}"
        );
    }
}

#[tokio::test]
async fn each_message_of_an_array_has_its_own_event() {
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let array = json!([call(1), notification, call(2)]);
    let answer = r#"[{"jsonrpc":"2.0","id":2,"error":{"code":-32001,"message":""}},
                     {"jsonrpc":"2.0","id":1,"result":{"isError":true}}]"#;
    let events = seen(&array, JSON, answer).await;
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            let upstream = event.upstream.unwrap();
            (event.batch, upstream.code, upstream.is_tool_error)
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some((0, 3)), None, true),
            (Some((1, 3)), None, false),
            (Some((2, 3)), Some(-32001), false),
        ]
    );
    assert!(events.iter().all(|event| event.id == events[0].id));
    // Sums are right.
    let sum: u64 = events.iter().map(|event| event.sizes.bytes_out).sum();
    assert_eq!(sum, answer.len() as u64);
    let lines: Vec<Value> = events
        .iter()
        .map(|event| serde_json::from_str(&event.to_json()).unwrap())
        .collect();
    assert_eq!(lines[1]["method"], "notifications/initialized");
    assert_eq!(
        (&lines[0]["bytes_out"], &lines[1]["bytes_out"]),
        (&answer.len().into(), &Value::Null)
    );
}

#[tokio::test]
async fn what_cannot_be_read_passes_and_is_said() {
    let long = format!(
        r#"{{"jsonrpc":"2.0","id":1,"result":{{"a":"{}"}}}}"#,
        "x".repeat(5000)
    );
    for (kind, answer) in [
        (JSON, &*long),
        (JSON, "{"),
        ("text/html", "<p>"),
        (EVENTS, "data: {\n\n"),
    ] {
        let events = seen(&call(1), kind, answer).await;
        assert!(!events[0].is_inspected, "{kind} {}", &answer[..1]);
        assert_eq!(events[0].code(), None);
        let row: Value = serde_json::from_str(&events[0].to_json()).unwrap();
        assert_eq!(row["not_inspected"], true);
    }
    // Nobody has looked.
    let answer = r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#;
    let events = kept(|layer| layer.inspect(false), post(&call(1)), JSON, answer).await;
    assert_eq!((events[0].code(), events[0].sizes.messages), (None, 0));
}

#[tokio::test]
async fn the_gateways_own_share_is_without_the_servers() {
    let events = seen(&call(1), JSON, "{}").await;
    let times = events[0].times;
    let own = times.own().unwrap();
    let (asked, answered) = (times.asked.unwrap(), times.answered.unwrap());
    assert!(asked >= Duration::from_millis(20) && answered >= asked + Duration::from_millis(50));
    assert!(
        own >= asked && own <= times.head.unwrap() - Duration::from_millis(50),
        "{times:?}"
    );
}

#[tokio::test]
async fn what_a_message_says_of_its_trace_goes_first() {
    let (one, other) = (
        "0af7651916cd43dd8448eb211c80319c",
        "4bf92f3577b34da6a3ce929d0e0e4736",
    );
    let text = |trace: &str| format!("00-{trace}-b7ad6b7169203331-01");
    let mut within = call(1);
    within["params"]["_meta"] = json!({ "traceparent": text(one) });
    for (body, header, expected) in [
        (call(1), None, None),
        (call(1), Some(text(other)), Some(other)),
        (within.clone(), None, Some(one)),
        (within, Some(text(other)), Some(one)),
        (call(1), Some("00-1-1-01".to_owned()), None),
    ] {
        let mut request = post(&body);
        if let Some(header) = &header {
            request
                .headers_mut()
                .insert("traceparent", header.parse().unwrap());
        }
        let events = kept(|layer| layer, request, JSON, "{}").await;
        let row: Value = serde_json::from_str(&events[0].to_json()).unwrap();
        assert_eq!(row["trace"].as_str(), expected, "{header:?}");
    }
}

#[tokio::test]
async fn each_message_that_passes_can_be_written_down() {
    let answer = [
        r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"elicitation/create","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
    ];
    let stream: String = answer.iter().map(|it| format!("data: {it}\n\n")).collect();
    let body = call(1);
    let asked = body.to_string().len();
    let expected = [
        ("to_server", "request", Some("tools/call"), asked),
        (
            "to_client",
            "notification",
            Some("notifications/message"),
            answer[0].len(),
        ),
        (
            "to_client",
            "request",
            Some("elicitation/create"),
            answer[1].len(),
        ),
        ("to_client", "response", None, answer[2].len()),
    ];
    for most in [0, 1, 3, 100] {
        let events = kept(|layer| layer.messages(most), post(&body), EVENTS, &stream).await;
        let row: Value = serde_json::from_str(&events[0].to_json()).unwrap();
        let rows = row["passed"].as_array().cloned().unwrap_or_default();
        assert_eq!(rows.len(), most.min(4));
        for (row, (direction, kind, method, size)) in rows.iter().zip(expected) {
            assert_eq!(
                (&row["direction"], &row["kind"]),
                (&direction.into(), &kind.into())
            );
            assert_eq!(
                (row["method"].as_str(), &row["size"]),
                (method, &size.into())
            );
            assert!(row["after_us"].as_u64().unwrap() >= 20_000);
        }
        // All are counted.
        assert_eq!(events[0].sizes.messages, 3);
    }
}

#[tokio::test]
async fn messages_that_are_written_down_are_bounded_in_bytes() {
    let name = |length: usize| "\u{e4}".repeat(length / 2);
    let message = |method: &str| {
        format!(
            "data: {}\n\n",
            json!({ "jsonrpc": "2.0", "method": method })
        )
    };
    let stream = message(&name(64)) + &message(&name(66)).repeat(1_999);
    let body = json!({ "jsonrpc": "2.0", "method": "x".repeat(65), "params": {} });
    let events = kept(|layer| layer.messages(10_000), post(&body), EVENTS, &stream).await;
    let event = &events[0];
    let methods: Vec<&str> = event
        .passed
        .iter()
        .filter_map(|it| it.method.as_deref())
        .collect();
    assert_eq!(methods[0], format!("{}\u{2026}", "x".repeat(64)));
    assert_eq!(methods[1], name(64));
    assert_eq!(methods[2], format!("{}\u{2026}", name(64)));
    let weight: usize = methods
        .iter()
        .map(|it| it.len() + size_of::<Passed>())
        .sum();
    assert!((64_000..=64 << 10).contains(&weight), "{weight}");
    // All are counted, and the rows are in the weight that queues are bounded by.
    assert_eq!(event.sizes.messages, 2_000);
    let without = kept(|layer| layer, post(&body), EVENTS, &stream).await;
    assert_eq!(event.weight(), without[0].weight() + weight);
}
