//! A stack that is traced, in front of a server that says what it has got.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tollbar_analytics::{AnalyticsLayer, Event, Sink};
use tollbar_core::{Body, Exchange, GuardLayer, frame::FrameLayer};
use tollbar_otel::{Sampling, TraceGuard};
use tower::{Layer as _, ServiceExt as _, service_fn};

pub(crate) const CLIENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
pub(crate) const OTHER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What came through to the server.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) event: Arc<Event>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn meta(&self) -> serde_json::Value {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        body["params"]["_meta"].clone()
    }
}

/// A call of the modern era, with these members in its `_meta`, such as `"a":1,`.
pub(crate) fn modern(members: &str, headers: &[(&'static str, &str)]) -> Request<Body> {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":"a-1","method":"tools/call","params":{{"name":"add","_meta":{{{members}"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    );
    let mut request = legacy(&body, headers);
    for (name, value) in [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "add"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

pub(crate) fn legacy(body: &str, headers: &[(&'static str, &str)]) -> Request<Body> {
    let mut request = Request::post("/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// A call of this tool in the legacy era.
pub(crate) fn call(tool: &str) -> Request<Body> {
    let tool = serde_json::Value::from(tool);
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":{tool},"arguments":{{}}}}}}"#
    );
    legacy(&body, &[])
}

/// Sends a request through the stack, to a server that answers so.
pub(crate) async fn send(
    sampling: Sampling,
    sink: impl Sink,
    request: Request<Body>,
    answer: &'static str,
) -> (StatusCode, Option<(HeaderMap, String)>) {
    let got = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&got);
    let server = service_fn(move |mut request: Request<Body>| {
        let seen = Arc::clone(&seen);
        async move {
            let exchange = Exchange::of(request.extensions_mut());
            exchange.note_asked();
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            *seen.lock().unwrap() = Some((head.headers, body));
            exchange.set_answered(StatusCode::OK).unwrap();
            let response = Response::builder().header("content-type", "application/json");
            Ok::<_, Infallible>(response.body(Body::from(answer)).unwrap())
        }
    });
    let stack = GuardLayer::new(TraceGuard::new(sampling)).layer(server);
    let stack = FrameLayer::new().layer(stack);
    let stack = AnalyticsLayer::new(sink).proxy("files").layer(stack);
    let answer = stack.oneshot(request).await.unwrap();
    let status = answer.status();
    answer.into_body().collect().await.unwrap();
    (status, got.lock().unwrap().take())
}

pub(crate) const DONE: &str = r#"{"jsonrpc":"2.0","id":7,"result":{"content":[]}}"#;

/// What comes through of a request, and its event.
pub(crate) async fn pass(sampling: Sampling, request: Request<Body>) -> Got {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let sink = move |event: Arc<Event>| seen.lock().unwrap().push(event);
    let (status, got) = send(sampling, sink, request, DONE).await;
    assert_eq!(status, StatusCode::OK);
    let (headers, body) = got.unwrap();
    let event = events.lock().unwrap().first().cloned().unwrap();
    Got {
        headers,
        body,
        event,
    }
}
