//! Sessions belong to the consumer who began them.

use std::{
    convert::Infallible,
    future::ready,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Request, Response};
use tollbar_core::{Body, Consumer, Exchange, Refusal, frame::FrameLayer};
use tollbar_plan::{SessionLayer, SessionSecret};
use tower::{Layer as _, ServiceExt as _, service_fn};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;

fn sessions(proxy: &str) -> SessionLayer {
    let secret = SessionSecret::new(&[7; 32]).unwrap();
    SessionLayer::new(secret).proxy(proxy)
}

fn ci() -> Consumer {
    Consumer::new("key").with_key_id("k_1").with_subject("ann")
}

struct Outcome {
    status: u16,
    session: Option<String>,
    reason: Option<&'static str>,
    /// What the server saw.
    seen: Option<HeaderMap>,
}

/// Sends a request to a server that names this session in each answer.
async fn send(
    layer: &SessionLayer,
    consumer: Option<Consumer>,
    mut request: Request<Body>,
    version: &'static str,
) -> Outcome {
    let exchange = Exchange::of(request.extensions_mut());
    if let Some(consumer) = consumer {
        exchange.set_consumer(consumer).unwrap();
    }
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let server = service_fn(move |request: Request<Body>| {
        *note.lock().unwrap() = Some(request.headers().clone());
        let result = format!(
            r#"{{"jsonrpc":"2.0","id":1,"result":{{"protocolVersion":"{version}","capabilities":{{}}}}}}"#
        );
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("mcp-session-id", "upstream-1");
        ready(Ok::<_, Infallible>(
            response.body(Body::from(result)).unwrap(),
        ))
    });
    let stack = FrameLayer::new().layer(layer.layer(server));
    let response = stack.oneshot(request).await.unwrap();
    let session = response.headers().get("mcp-session-id");
    Outcome {
        status: response.status().as_u16(),
        session: session.map(|session| session.to_str().unwrap().to_owned()),
        reason: exchange.refusal().map(Refusal::reason),
        seen: seen.lock().unwrap().take(),
    }
}

fn post(body: &'static str, headers: &[(&str, &str)]) -> Request<Body> {
    request("POST", body, headers)
}

fn request(method: &str, body: &'static str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri("/mcp");
    if method == "POST" {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

async fn begin(layer: &SessionLayer, consumer: Consumer, version: &'static str) -> String {
    let begun = send(layer, Some(consumer), post(INITIALIZE, &[]), version).await;
    assert_eq!(begun.status, 200);
    begun.session.unwrap()
}

#[tokio::test]
async fn the_client_never_gets_the_servers_own_id_and_the_server_no_other() {
    let layer = sessions("mock");
    let sealed = begin(&layer, ci(), "2025-11-25").await;
    assert!(!sealed.contains("upstream-1"), "{sealed}");
    assert!(sealed.bytes().all(|byte| byte.is_ascii_graphic()));

    let headers = [
        ("mcp-session-id", sealed.as_str()),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    let next = send(&layer, Some(ci()), post(LIST, &headers), "2025-11-25").await;
    assert_eq!(next.status, 200);
    assert_eq!(next.seen.unwrap()["mcp-session-id"], "upstream-1");
    // A server may repeat it; the client sees what it knows.
    assert_eq!(next.session.as_deref(), Some(sealed.as_str()));

    // Another gateway with the same secret takes it, and so does the owner after a change of name.
    let renamed = ci().with_subject("bob");
    let next = send(
        &sessions("mock"),
        Some(renamed),
        post(LIST, &headers),
        "2025-11-25",
    )
    .await;
    assert_eq!(next.status, 200);
}

#[tokio::test]
async fn nobody_else_gets_in_by_any_method() {
    let layer = sessions("mock");
    let sealed = begin(&layer, ci(), "2025-11-25").await;
    let others = [
        Consumer::new("key").with_key_id("k_2").with_subject("ann"),
        Consumer::new("other").with_key_id("k_1"),
        Consumer::new("key").with_subject("k_1"),
        Consumer::new("keyless"),
    ];
    for other in others {
        for method in ["POST", "GET", "DELETE"] {
            let headers = [
                ("mcp-session-id", sealed.as_str()),
                ("mcp-protocol-version", "2025-11-25"),
                ("last-event-id", "7"),
            ];
            let body = if method == "POST" { LIST } else { "" };
            let request = request(method, body, &headers);
            let outcome = send(&layer, Some(other.clone()), request, "2025-11-25").await;
            let expected = (404, Some("session_unknown"));
            assert_eq!(
                (outcome.status, outcome.reason),
                expected,
                "{method} {other:?}"
            );
            assert!(outcome.seen.is_none(), "it reached the server");
        }
    }
    for method in ["GET", "DELETE"] {
        let headers = [("mcp-session-id", sealed.as_str()), ("last-event-id", "7")];
        let outcome = send(
            &layer,
            Some(ci()),
            request(method, "", &headers),
            "2025-11-25",
        )
        .await;
        assert_eq!(outcome.status, 200, "{method}");
        assert_eq!(outcome.seen.unwrap()["mcp-session-id"], "upstream-1");
    }
    // Another proxy, another secret.
    let headers = [("mcp-session-id", sealed.as_str())];
    let outcome = send(
        &sessions("other"),
        Some(ci()),
        post(LIST, &headers),
        "2025-11-25",
    )
    .await;
    assert_eq!(outcome.status, 404);
    let secret = SessionSecret::generate().unwrap();
    let layer = SessionLayer::new(secret).proxy("mock");
    let outcome = send(&layer, Some(ci()), post(LIST, &headers), "2025-11-25").await;
    assert_eq!(outcome.status, 404);
}

#[tokio::test]
async fn forged_and_mended_ids_are_unknown() {
    let layer = sessions("mock");
    let sealed = begin(&layer, ci(), "2025-11-25").await;
    let parts: Vec<_> = sealed.split('.').collect();
    let mut tried = vec![
        "upstream-1".to_owned(),
        "v1".to_owned(),
        "v1...".to_owned(),
        "v1.-..".to_owned(),
        sealed.replacen("v1", "v2", 1),
        sealed.replacen("2025-11-25", "2025-03-26", 1),
        sealed.replacen("2025-11-25", "-", 1),
        format!("{sealed}."),
        format!("{sealed}.x"),
        format!("{sealed}="),
        format!(".{sealed}"),
        format!("v1.{}.{}.", parts[1], parts[2]),
        format!("v1.{}..{}", parts[1], parts[3]),
        format!("v1.{}.{}.{}", parts[1], parts[3], parts[2]),
        format!("v1.{}.{}AA.{}", parts[1], parts[2], parts[3]),
    ];
    // Every single character of it counts.
    for index in 0..sealed.len() {
        let mut bytes = sealed.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        tried.push(String::from_utf8(bytes).unwrap());
    }
    for id in tried {
        let headers = [("mcp-session-id", id.as_str())];
        let outcome = send(&layer, Some(ci()), post(LIST, &headers), "2025-11-25").await;
        assert_eq!(outcome.status, 404, "{id}");
        assert!(outcome.seen.is_none(), "{id}");
    }
}

#[tokio::test]
async fn a_session_keeps_its_version() {
    let layer = sessions("mock");
    let sealed = begin(&layer, ci(), "2025-06-18").await;
    let named = |version| {
        [
            ("mcp-session-id", sealed.as_str()),
            ("mcp-protocol-version", version),
        ]
    };
    for (version, status) in [
        ("2025-06-18", 200),
        ("2025-11-25", 400),
        ("2025-03-26", 400),
    ] {
        let request = post(LIST, &named(version));
        let outcome = send(&layer, Some(ci()), request, "2025-06-18").await;
        assert_eq!(outcome.status, status, "{version}");
    }
    // The header can be left out, and then an array would pass for one of 2025-03-26.
    let headers = [("mcp-session-id", sealed.as_str())];
    let outcome = send(&layer, Some(ci()), post(LIST, &headers), "2025-06-18").await;
    assert_eq!(outcome.status, 200);
    let batch = r#"[{"jsonrpc":"2.0","id":2,"method":"tools/list"}]"#;
    let outcome = send(&layer, Some(ci()), post(batch, &headers), "2025-06-18").await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (400, Some("session_version"))
    );
    let old = begin(&layer, ci(), "2025-03-26").await;
    let headers = [("mcp-session-id", old.as_str())];
    let outcome = send(&layer, Some(ci()), post(batch, &headers), "2025-03-26").await;
    assert_eq!(outcome.status, 200);
}

#[tokio::test]
async fn who_begins_anew_may_name_what_is_lost() {
    let layer = sessions("mock");
    let headers = [("mcp-session-id", "of-long-ago")];
    let outcome = send(&layer, Some(ci()), post(INITIALIZE, &headers), "2025-11-25").await;
    assert_eq!(outcome.status, 200);
    assert!(outcome.session.unwrap().starts_with("v1.2025-11-25."));
    assert!(!outcome.seen.unwrap().contains_key("mcp-session-id"));
}

#[tokio::test]
async fn a_server_cannot_give_an_id_at_another_time() {
    let layer = sessions("mock");
    let outcome = send(&layer, Some(ci()), post(LIST, &[]), "2025-11-25").await;
    assert_eq!((outcome.status, outcome.session), (200, None));
}

#[tokio::test]
async fn a_stream_is_taken_up_again_within_its_session_only() {
    let headers = [("last-event-id", "7")];
    let again = request("GET", "", &headers);
    let outcome = send(&sessions("mock"), Some(ci()), again, "2025-11-25").await;
    let expected = (400, Some("resumption_without_session"));
    assert_eq!((outcome.status, outcome.reason), expected);
    assert!(outcome.seen.is_none());
    let outcome = send(
        &sessions("mock"),
        Some(ci()),
        request("GET", "", &[]),
        "2025-11-25",
    )
    .await;
    assert_eq!(outcome.status, 200);
}

#[tokio::test]
async fn the_modern_era_has_none() {
    let modern = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/list"),
        ("mcp-session-id", "forged"),
    ];
    let outcome = send(
        &sessions("mock"),
        Some(ci()),
        post(modern, &headers),
        "2026-07-28",
    )
    .await;
    assert_eq!((outcome.status, outcome.session), (200, None));
    assert!(!outcome.seen.unwrap().contains_key("mcp-session-id"));
}

#[tokio::test]
async fn without_consumer_or_frame_nothing_passes() {
    let outcome = send(&sessions("mock"), None, post(LIST, &[]), "2025-11-25").await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (503, Some("session_unbound"))
    );

    let server =
        service_fn(|_: Request<Body>| ready(Ok::<_, Infallible>(Response::new(Body::empty()))));
    let mut request = post(LIST, &[]);
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(ci()).unwrap();
    let response = sessions("mock")
        .layer(server)
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
}
