//! The client's side of a test.

use std::{future::Future, net::SocketAddr, time::Duration};

use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Connection, Exchange};
use tollbar_upstream::Upstream;
use tower::ServiceExt as _;

pub(crate) const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// A call as a client would send it.
pub(crate) fn call() -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("http://gateway.example/mcp-proxy")
        .header("content-type", "application/json")
        .body(Body::from(CALL))
        .unwrap()
}

/// A request for an event stream.
pub(crate) fn listen() -> Request<Body> {
    Request::builder()
        .uri("/mcp-proxy")
        .header("accept", "text/event-stream")
        .body(Body::empty())
        .unwrap()
}

/// The same request, coming from this address.
pub(crate) fn from(peer: SocketAddr, mut request: Request<Body>) -> Request<Body> {
    let exchange = Exchange::on(&Connection::new().peer(peer));
    request.extensions_mut().insert(exchange);
    request
}

pub(crate) async fn ask(upstream: &Upstream, request: Request<Body>) -> Response<Body> {
    within(upstream.clone().oneshot(request)).await.unwrap()
}

/// The body as text; fails when it breaks off.
pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = within(response.into_body().collect()).await.unwrap();
    String::from_utf8(bytes.to_bytes().to_vec()).unwrap()
}

/// A refusal's status, reason and message, checked for addresses that it must not show.
pub(crate) async fn refusal(
    upstream: &Upstream,
    mut request: Request<Body>,
) -> (u16, String, String) {
    let exchange = Exchange::of(request.extensions_mut());
    let response = ask(upstream, request).await;
    let status = response.status().as_u16();
    let body = text(response).await;
    let refusal = exchange
        .refusal()
        .unwrap_or_else(|| panic!("not refused: {body}"));
    assert!(body.contains(refusal.message()), "{body}");
    assert!(
        !body.contains("127.0.0.1") && !body.contains("localhost"),
        "{body}"
    );
    (
        status,
        refusal.reason().to_owned(),
        refusal.message().to_owned(),
    )
}

/// Waits, but not for ever.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(10), future).await {
        Ok(output) => output,
        Err(_) => panic!("it takes too long"),
    }
}
