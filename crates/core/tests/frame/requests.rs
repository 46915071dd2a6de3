//! What goes in: judged bytes and nothing else.

use std::{
    convert::Infallible,
    future::ready,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::StreamBody;
use tollbar_core::{Body, BoxError, frame::FrameLayer};
use tollbar_mcp::Limits;
use tower::{Layer as _, service_fn};

use crate::support::{Server, ask, get, json, post, send, text};

const PING: &str = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;

#[tokio::test]
async fn the_bytes_that_were_judged_go_on() {
    let spaced = " {\"method\" : \"tools\\/list\", \"id\":\"a\\u0062\",\r\n\"jsonrpc\":\"2.0\"} ";
    let (response, server) = ask(post(spaced), |_| {}, || json("{}")).await;
    assert_eq!(response.status(), 200);
    let received = server.received.lock().unwrap();
    let (head, body) = &received[0];
    assert_eq!(body, spaced.as_bytes());
    assert_eq!(head.headers["content-length"], spaced.len().to_string());
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let pieces = PING.as_bytes().chunks(5).map(Bytes::from_static);
    let frames = pieces.map(|piece| Ok::<_, BoxError>(http_body::Frame::data(piece)));
    let body = Body::new(StreamBody::new(futures_util::stream::iter(
        frames.collect::<Vec<_>>(),
    )));
    let (_, server) = ask(post(body), |_| {}, || json("{}")).await;
    assert_eq!(server.received.lock().unwrap()[0].1, PING.as_bytes());
}

#[tokio::test]
async fn what_is_not_valid_never_reaches_the_server() {
    let cases: &[(Request<Body>, StatusCode)] = &[
        (post("{"), StatusCode::BAD_REQUEST),
        (post(""), StatusCode::BAD_REQUEST),
        (
            post(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#),
            StatusCode::BAD_REQUEST,
        ),
        (
            post(r#"{"jsonrpc":"2.0","method":"ping","id":1.5}"#),
            StatusCode::BAD_REQUEST,
        ),
        (
            Request::post("/")
                .header("content-type", "text/plain")
                .body(PING.into())
                .unwrap(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            Request::builder()
                .method(Method::PUT)
                .body(Body::empty())
                .unwrap(),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            Request::get("/")
                .header("mcp-protocol-version", "2099-01-01")
                .body(Body::empty())
                .unwrap(),
            StatusCode::BAD_REQUEST,
        ),
    ];
    for (request, status) in cases {
        let mut again = Request::builder().method(request.method());
        *again.headers_mut().unwrap() = request.headers().clone();
        let body = request.body().as_bytes().cloned().unwrap_or_default();
        let (response, server) = ask(again.body(body.into()).unwrap(), |_| {}, || json("{}")).await;
        assert_eq!(response.status(), *status, "{request:?}");
        let content_type = match *status {
            StatusCode::BAD_REQUEST => "application/json",
            _ => "application/problem+json",
        };
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(server.count(), 0, "{request:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_declared_or_not() {
    let server = Server::default();
    let stack = FrameLayer::new()
        .body_limit(PING.len())
        .layer(server.answering(|_| {}, || json("{}")));
    assert_eq!(send(stack.clone(), post(PING)).await.status(), 200);
    let declared = post(format!("{PING} "));
    assert_eq!(
        send(stack.clone(), declared).await.status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let frames = [PING, " "].map(|part| Ok::<_, BoxError>(http_body::Frame::data(part.into())));
    let undeclared = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
    let response = send(stack, post(undeclared)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_refused() {
    let server = Server::default();
    let stack = FrameLayer::new()
        .body_timeout(Duration::from_secs(5))
        .layer(server.answering(|_| {}, || json("{}")));
    let never = futures_util::stream::pending::<Result<http_body::Frame<Bytes>, BoxError>>();
    let response = send(stack, post(Body::new(StreamBody::new(never)))).await;
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn limits_on_what_is_inside_are_kept() {
    let server = Server::default();
    let stack = FrameLayer::new()
        .limits(Limits::default().depth(3))
        .layer(server.answering(|_| {}, || json("{}")));
    let deep = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":[[1]]}}}"#;
    assert_eq!(
        send(stack, post(deep)).await.status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_get_goes_on_without_content_and_with_its_session() {
    let mut request = get();
    request
        .headers_mut()
        .insert("mcp-session-id", "abc".parse().unwrap());
    request
        .headers_mut()
        .insert("last-event-id", "41".parse().unwrap());
    request
        .headers_mut()
        .insert("content-length", "3".parse().unwrap());
    *request.body_mut() = Body::from("{x}");
    let (_, server) = ask(
        request,
        |exchange| {
            let call = exchange.call().unwrap();
            assert_eq!(call.kind(), tollbar_mcp::Kind::Listen);
            assert_eq!(call.session(), Some("abc"));
        },
        || json("{}"),
    )
    .await;
    let received = server.received.lock().unwrap();
    let (head, body) = &received[0];
    assert_eq!(head.headers["mcp-session-id"], "abc");
    assert_eq!(head.headers["last-event-id"], "41");
    assert!(!head.headers.contains_key("content-length"));
    assert!(body.is_empty());
}

#[tokio::test]
async fn a_session_means_nothing_in_the_modern_era() {
    let mut request = post(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    for (name, value) in [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/list"),
        ("mcp-session-id", "abc"),
        ("last-event-id", "1"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (response, server) = ask(
        request,
        |_| {},
        || {
            let mut response = json("{}");
            response
                .headers_mut()
                .insert("mcp-session-id", "minted".parse().unwrap());
            response
        },
    )
    .await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("mcp-session-id"));
    let received = server.received.lock().unwrap();
    assert!(!received[0].0.headers.contains_key("mcp-session-id"));
    assert!(!received[0].0.headers.contains_key("last-event-id"));
    assert_eq!(received[0].0.headers["mcp-method"], "tools/list");
}

#[tokio::test]
async fn routing_headers_that_nobody_judged_stay_here() {
    let mut request = post(PING);
    for (name, value) in [
        ("mcp-method", "tools/call"),
        ("mcp-name", "x"),
        ("mcp-param-a", "1"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (_, server) = ask(request, |_| {}, || json("{}")).await;
    let received = server.received.lock().unwrap();
    assert!(!received[0].0.headers.contains_key("mcp-method"));
    assert!(!received[0].0.headers.contains_key("mcp-name"));
    assert_eq!(received[0].0.headers["mcp-param-a"], "1");
}

#[tokio::test]
async fn an_error_carries_the_id_when_it_could_be_read() {
    let unknown = r#"{"jsonrpc":"2.0","id":"x-1","method":"tools/call","params":{"name":5}}"#;
    let (response, _) = ask(post(unknown), |_| {}, || json("{}")).await;
    let error: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(error["id"], "x-1");
    assert_eq!(error["error"]["code"], -32602);
}

#[tokio::test]
async fn long_bodies_share_a_budget_until_they_are_let_go() {
    let text = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","arguments":{{"a":"{}"}}}}}}"#,
        "a".repeat(40 << 10)
    );
    let kept = Arc::new(Mutex::new(Vec::new()));
    // This server keeps what it gets.
    let keeper = Arc::clone(&kept);
    let inner = service_fn(move |request: Request<Body>| {
        keeper.lock().unwrap().push(request.into_body());
        ready(Ok::<_, Infallible>(json("{}")))
    });
    let stack = FrameLayer::new().body_budget(100 << 10).layer(inner);
    for _ in 0..2 {
        assert_eq!(send(stack.clone(), post(text.clone())).await.status(), 200);
    }
    let refused = send(stack.clone(), post(text.clone())).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(
        send(stack.clone(), post(PING)).await.status(),
        200,
        "a short body does not count"
    );
    kept.lock().unwrap().clear();
    assert_eq!(send(stack, post(text)).await.status(), 200);
}

#[tokio::test]
async fn a_short_body_does_not_count() {
    let server = Server::default();
    let stack = FrameLayer::new()
        .body_budget(0)
        .layer(server.answering(|_| {}, || json("{}")));
    assert_eq!(send(stack.clone(), post(PING)).await.status(), 200);
    let long = format!("{PING}{}", " ".repeat(17 << 10));
    assert_eq!(
        send(stack, post(long)).await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}

/// Declares a length, and sends nothing.
struct Declared(u64);

impl http_body::Body for Declared {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        std::task::Poll::Pending
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.0)
    }
}

#[tokio::test]
async fn a_body_that_is_declared_too_long_is_not_waited_for() {
    let declared = post(Body::new(Declared(5 << 20)));
    let asked = ask(declared, |_| {}, || json("{}"));
    let (response, _) = tokio::time::timeout(Duration::from_secs(5), asked)
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_refusal_of_a_message_is_about_that_message_whatever_its_status() {
    let mut request = post(
        r#"{"jsonrpc":"2.0","id":9,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    request
        .headers_mut()
        .insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    request
        .headers_mut()
        .insert("mcp-method", "ping".parse().unwrap());
    let (response, server) = ask(request, |_| {}, || json("{}")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["content-type"], "application/json");
    let error: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(
        (&error["id"], &error["error"]["code"]),
        (&9.into(), &(-32601).into())
    );
    assert_eq!(server.count(), 0);
}
