//! A service that is its own MCP server, with an analytics layer and a frame around it.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tollbar_analytics::{AnalyticsLayer, Event};
use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal, frame::FrameLayer};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}"#;
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;

/// A server that knows nothing of exchanges, and takes its time.
async fn server(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let body = request.into_body().collect().await.unwrap().to_bytes();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answer = match body.as_ref() == CALL.as_bytes() {
        true => r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
        false => {
            r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}"#
        }
    };
    let response = Response::builder().header("content-type", "application/json");
    let response = response.header("mcp-session-id", "s-1");
    Ok(response.body(Body::from(answer)).unwrap())
}

async fn event<S>(inside: S, request: http::request::Builder, body: &'static str) -> Arc<Event>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let kept = Arc::new(Mutex::new(None));
    let sink = Arc::clone(&kept);
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| *sink.lock().unwrap() = Some(event));
    let stack = layer.layer(FrameLayer::new().layer(inside));
    let request = request.header("content-type", "application/json");
    let response = stack.oneshot(request.body(Body::from(body)).unwrap()).await;
    response.unwrap().into_body().collect().await.unwrap();
    kept.lock().unwrap().take().unwrap()
}

#[tokio::test]
async fn what_is_embedded_is_the_server() {
    let call = event(service_fn(server), Request::post("/mcp"), CALL).await;
    assert_eq!(call.code(), Some(-32602));
    assert_eq!(call.upstream.unwrap().status, 200);
    // The handler's time is not the gateway's.
    assert!(
        call.times.own().unwrap() < Duration::from_millis(90),
        "{:?}",
        call.times
    );
    assert!(call.times.total >= Duration::from_millis(100));
}

#[tokio::test]
async fn what_a_guard_refuses_was_not_asked_for() {
    #[derive(Clone)]
    struct No;

    impl Guard for No {
        async fn check(&self, _: &http::request::Parts, _: &Exchange) -> Result<Pass, Refusal> {
            Err(Refusal::new(Kind::Forbidden, "no", "no"))
        }
    }

    let inside = GuardLayer::new(No).layer(service_fn(server));
    let call = event(inside, Request::post("/mcp"), CALL).await;
    assert!(call.upstream.is_none() && call.times.asked.is_none());
    assert_eq!(call.refusal.as_ref().unwrap().reason, "no");
}

/// What began it and what goes on in it stand together in a log.
#[tokio::test]
async fn the_exchange_that_begins_a_session_belongs_to_it() {
    let digests = Mutex::new(Vec::new());
    let kept = Arc::new(digests);
    let sink = Arc::clone(&kept);
    let layer =
        AnalyticsLayer::new(move |event: Arc<Event>| sink.lock().unwrap().push(event.session));
    let stack = layer.layer(FrameLayer::new().layer(service_fn(server)));
    for (session, body) in [(None, INITIALIZE), (Some("s-1"), CALL), (Some("s-2"), CALL)] {
        let mut request = Request::post("/mcp").header("content-type", "application/json");
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = stack.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap();
    }
    let kept = kept.lock().unwrap();
    let [begun, same, other] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    assert!(begun.is_some());
    assert_eq!(begun, same);
    assert_ne!(begun, other);
}
