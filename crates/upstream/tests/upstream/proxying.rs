//! What goes through, in both directions.

use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Exchange};
use tollbar_upstream::Upstream;
use url::Url;

use crate::{
    client::{CALL, ask, call, from, listen, text},
    server::{fixed, http},
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// The request as the upstream sees it.
async fn seen(build: impl FnOnce(Url) -> Upstream, request: Request<Body>) -> (Url, String) {
    let (url, seen) = fixed(OK).await;
    let response = ask(&build(url.clone()), request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "{}");
    (url, seen.requests().remove(0))
}

fn plain(url: Url) -> Upstream {
    Upstream::new(url).unwrap()
}

#[tokio::test]
async fn a_call_goes_to_the_configured_url_and_host() {
    let (url, request) = seen(plain, call()).await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /mcp HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {}", url.authority());
    let length = format!("content-length: {}", CALL.len());
    let expected = [
        "accept-encoding: identity",
        &length,
        "content-type: application/json",
        &host,
    ];
    assert_eq!(lines, expected);
    assert_eq!(body, CALL);
}

#[tokio::test]
async fn queries_are_joined_and_the_clients_path_is_dropped() {
    let target = |own: &'static str, client: &'static str| async move {
        let mut request = listen();
        *request.uri_mut() = client.parse().unwrap();
        let build = |url: Url| plain(url.join(own).unwrap());
        let (_, request) = seen(build, request).await;
        request.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(target("/mcp", "/proxy/other").await, "/mcp");
    assert_eq!(target("/mcp", "/proxy?a=1").await, "/mcp?a=1");
    assert_eq!(target("/mcp?key=1", "/proxy").await, "/mcp?key=1");
    assert_eq!(target("/mcp?key=1", "/proxy?").await, "/mcp?key=1");
    assert_eq!(
        target("/mcp?key=1", "/proxy?a=%2F&b").await,
        "/mcp?key=1&a=%2F&b"
    );
    assert_eq!(target("/", "/?q").await, "/?q");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_chunked_and_its_trailers_are_dropped() {
    let frames = futures_util::stream::iter([
        Ok::<_, std::io::Error>(http_body::Frame::data("{\"a\":".into())),
        Ok(http_body::Frame::data("1}".into())),
        Ok(http_body::Frame::trailers(http::HeaderMap::from_iter([(
            http::HeaderName::from_static("x-late"),
            http::HeaderValue::from_static("1"),
        )]))),
    ]);
    let body = Body::new(http_body_util::StreamBody::new(frames));
    let request = Request::builder()
        .method(Method::POST)
        .uri("/mcp-proxy")
        .header("trailer", "x-late")
        .header("te", "trailers")
        .header("connection", "te")
        .body(body)
        .unwrap();
    let (_, request) = seen(plain, request).await;
    assert!(request.contains("transfer-encoding: chunked"), "{request}");
    assert!(
        request.ends_with("\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n"),
        "{request}"
    );
    for dropped in ["x-late", "te:", "trailer", "connection"] {
        assert!(!request.contains(dropped), "{dropped} in {request}");
    }
}

#[tokio::test]
async fn a_wrong_content_length_is_not_believed() {
    let mut request = call();
    request
        .headers_mut()
        .insert("content-length", "3".parse().unwrap());
    let (_, request) = seen(plain, request).await;
    assert!(
        request.contains(&format!("content-length: {}\r\n", CALL.len())),
        "{request}"
    );
    assert!(request.ends_with(CALL), "{request}");
}

#[tokio::test]
async fn a_trusted_peer_is_appended_to_the_chain() {
    let mut request = from("[::ffff:127.0.0.1]:4000".parse().unwrap(), call());
    request
        .headers_mut()
        .insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
    let trusting = |url| {
        let builder = Upstream::builder(url);
        builder
            .trusted_peers(["127.0.0.0/8".parse().unwrap()])
            .build()
            .unwrap()
    };
    let (_, request) = seen(trusting, request).await;
    assert!(
        request.contains("\r\nx-forwarded-for: 203.0.113.7, 127.0.0.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn an_answer_passes_without_what_is_of_the_connection() {
    let (url, _) = fixed(
        "HTTP/1.1 404 Nothing\r\nContent-Length: 4\r\nMcp-Session-Id: s1\r\nKeep-Alive: timeout=5\r\n\
         Connection: keep-alive, x-hop\r\nX-Hop: 1\r\nSet-Cookie: a=b\r\nAccess-Control-Allow-Origin: *\r\n\
         WWW-Authenticate: Bearer a\r\nWWW-Authenticate: Bearer b\r\nAlt-Svc: clear\r\n\r\nnone",
    )
    .await;
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    let response = ask(&plain(url), request).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(exchange.answered().unwrap().status, StatusCode::NOT_FOUND);
    assert!(exchange.refusal().is_none());
    let headers: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let expected = [
        "content-length: 4",
        "mcp-session-id: s1",
        "www-authenticate: Bearer a",
        "www-authenticate: Bearer b",
        // It does not say what it is, so that a browser must not guess.
        "content-security-policy: sandbox; default-src 'none'",
        "x-content-type-options: nosniff",
    ];
    assert_eq!(headers, expected);
    assert_eq!(text(response).await, "none");
}

#[tokio::test]
async fn frames_pass_without_copies_of_more_than_hyper_makes() {
    let url = http(|request| async move {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        http::Response::new(Body::from(body))
    })
    .await;
    let upstream = plain(url);
    let large = "x".repeat(3 << 20);
    let mut request = call();
    *request.body_mut() = Body::from(large.clone());
    let response = ask(&upstream, request).await;
    assert!(text(response).await == large);
}

#[tokio::test]
async fn connections_are_used_again() {
    let (url, seen) = fixed(OK).await;
    let upstream = plain(url);
    for _ in 0..5 {
        text(ask(&upstream, call()).await).await;
    }
    assert_eq!(seen.requests().len(), 5);
    assert_eq!(seen.connections(), 1);
}
