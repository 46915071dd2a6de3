//! One request through the layer, to a server that gives a prepared answer.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tollbar_core::{Body, Consumer, Exchange, Refusal, Session, frame::FrameLayer};
use tollbar_mcp::Version;
use tollbar_plan::{SessionSecret, TaskLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

pub(crate) const SECRET: &[u8] = &[7; 32];

pub(crate) fn tasks(proxy: &str) -> TaskLayer {
    TaskLayer::new(SessionSecret::new(SECRET).unwrap()).proxy(proxy)
}

pub(crate) fn ann() -> Consumer {
    Consumer::new("key").with_key_id("k_1").with_subject("ann")
}

pub(crate) fn bob() -> Consumer {
    Consumer::new("key").with_key_id("k_2").with_subject("bob")
}

/// What a server answers.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) content_type: &'static str,
    pub(crate) chunks: Vec<Bytes>,
}

impl Answer {
    pub(crate) fn json(document: impl Into<Bytes>) -> Self {
        Self {
            content_type: "application/json",
            chunks: vec![document.into()],
        }
    }

    /// One event for each message.
    pub(crate) fn events(messages: &[&str]) -> Self {
        let events = messages
            .iter()
            .map(|message| format!("data: {message}\n\n"));
        Self {
            content_type: "text/event-stream",
            chunks: events.map(Bytes::from).collect(),
        }
    }
}

/// A body in pieces.
struct Pieces(VecDeque<Bytes>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(http_body::Frame::data).map(Ok))
    }
}

/// What came of one request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) reason: Option<&'static str>,
    pub(crate) body: String,
    /// What the server saw.
    pub(crate) seen: Option<(HeaderMap, String)>,
}

impl Outcome {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The messages of a stream.
    pub(crate) fn events(&self) -> Vec<Value> {
        let data = self
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }

    pub(crate) fn seen_body(&self) -> &str {
        &self.seen.as_ref().expect("it did not reach the server").1
    }

    /// Asserts that it was refused as a task that does not exist is.
    pub(crate) fn assert_unknown(&self, why: &str) {
        assert_eq!(
            (self.status, self.reason),
            (200, Some("task_unknown")),
            "{why}"
        );
        assert_eq!(self.json()["error"]["code"], -32602, "{why}");
        assert!(self.seen.is_none(), "{why}: it reached the server");
    }
}

/// Who sends, and in which session.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) consumer: Option<Consumer>,
    pub(crate) session: Option<Version>,
}

impl From<Consumer> for Sender {
    fn from(consumer: Consumer) -> Self {
        Self {
            consumer: Some(consumer),
            session: None,
        }
    }
}

impl Sender {
    pub(crate) fn within(consumer: Consumer, version: Version) -> Self {
        Self {
            consumer: Some(consumer),
            session: Some(version),
        }
    }
}

/// Sends a request to a server that gives this answer.
pub(crate) async fn send(
    layer: &TaskLayer,
    sender: impl Into<Sender>,
    request: Request<Body>,
    answer: Answer,
) -> Outcome {
    send_to(layer, sender, request, move |_: &str| answer.clone()).await
}

/// Sends a request to a server that answers what it gets.
pub(crate) async fn send_to(
    layer: &TaskLayer,
    sender: impl Into<Sender>,
    mut request: Request<Body>,
    serve: impl Fn(&str) -> Answer + Clone + Send + 'static,
) -> Outcome {
    let sender = sender.into();
    let exchange = Exchange::of(request.extensions_mut());
    if let Some(consumer) = sender.consumer {
        exchange.set_consumer(consumer).unwrap();
    }
    if let Some(version) = sender.session {
        exchange
            .set_session(Session::new("s", Some(version)))
            .unwrap();
    }
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let server = service_fn(move |request: Request<Body>| {
        let (note, serve) = (Arc::clone(&note), serve.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let length = head.headers.get("content-length");
            if let Some(length) = length {
                assert_eq!(length.to_str().unwrap(), body.len().to_string());
            }
            let body = String::from_utf8(body.to_vec()).unwrap();
            let answer = serve(&body);
            *note.lock().unwrap() = Some((head.headers, body));
            let response = Response::builder().header("content-type", answer.content_type);
            let pieces = Pieces(answer.chunks.into());
            Ok::<_, Infallible>(response.body(Body::new(pieces)).unwrap())
        }
    });
    let stack = FrameLayer::new().layer(layer.layer(server));
    let response = stack.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Outcome {
        status,
        reason: exchange.refusal().map(Refusal::reason),
        body: String::from_utf8(body.to_vec()).unwrap(),
        seen: seen.lock().unwrap().take(),
    }
}

/// A message of the legacy era.
pub(crate) fn legacy(body: impl Into<String>) -> Request<Body> {
    let request = Request::post("/mcp")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2025-11-25");
    request.body(Body::from(body.into())).unwrap()
}

/// A GET stream of the legacy era.
pub(crate) fn stream() -> Request<Body> {
    let request = Request::get("/mcp").header("mcp-protocol-version", "2025-11-25");
    request.body(Body::empty()).unwrap()
}

/// A request of the modern era. The members of `params` come in front of `_meta`.
pub(crate) fn modern(method: &str, name: Option<&str>, params: &str) -> Request<Body> {
    modern_knowing(
        r#""extensions":{"io.modelcontextprotocol/tasks":{}}"#,
        method,
        name,
        params,
    )
}

/// The same from a client with these capabilities.
pub(crate) fn modern_knowing(
    capabilities: &str,
    method: &str,
    name: Option<&str>,
    params: &str,
) -> Request<Body> {
    let comma = if params.is_empty() { "" } else { "," };
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}{comma}"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{{capabilities}}}}}}}}}"#
    );
    let mut request = Request::post("/mcp")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    if let Some(name) = name {
        request = request.header("mcp-name", name);
    }
    request.body(Body::from(body)).unwrap()
}

/// What this consumer gets for the server's id.
pub(crate) async fn sealed(layer: &TaskLayer, consumer: Consumer, id: &str) -> String {
    let id = serde_json::to_string(id).unwrap();
    let task = format!(
        r#"{{"jsonrpc":"2.0","id":1,"result":{{"task":{{"taskId":{id},"status":"working"}}}}}}"#
    );
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","task":{}}}"#;
    let made = send(layer, consumer, legacy(call), Answer::json(task)).await;
    assert_eq!(made.status, 200, "{made:?}");
    made.json()["result"]["task"]["taskId"]
        .as_str()
        .unwrap()
        .to_owned()
}
