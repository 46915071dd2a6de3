//! A policy that is a table, around a server that answers what a test says.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, channel::Channel, channel::Sender};
use serde_json::{Value, json};
use tollbar_acl::{AclLayer, Asker, Decision, Family, Headers, Policy, Question};
use tollbar_core::{Body, BoxError, Consumer, Exchange, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Allows what it names, as `kind:name`; with `?` and scopes behind the name it asks for these.
#[derive(Clone, Default)]
pub(crate) struct Table(HashMap<String, Decision>);

impl Table {
    pub(crate) fn of(entries: &[&str]) -> Self {
        let entry = |entry: &&str| match entry.split_once('?') {
            Some((name, scopes)) => (
                name.to_owned(),
                Decision::need_scopes(scopes.split(' ')).by("scoped"),
            ),
            None => ((*entry).to_owned(), Decision::allow().by("allowed")),
        };
        Self(entries.iter().map(entry).collect())
    }
}

impl Policy for Table {
    fn decide(&self, question: &Question<'_>) -> Decision {
        let target = question.target;
        let name = format!("{}:{}", target.kind(), target.name());
        let denied = || Decision::deny().by("the-rest").because("not_in_table");
        self.0.get(&name).cloned().unwrap_or_else(denied)
    }

    fn shows(&self, _: &Asker<'_>, family: Family) -> bool {
        let kinds: &[&str] = match family {
            Family::Tools => &["tool:"],
            Family::Resources => &["resource:", "template:"],
            Family::Prompts => &["prompt:"],
        };
        let mut names = self.0.keys();
        names.any(|name| kinds.iter().any(|kind| name.starts_with(kind)))
    }

    fn headers(&self) -> Headers {
        Headers::These([].into())
    }
}

/// A layer that allows these.
pub(crate) fn allowing(entries: &[&str]) -> AclLayer {
    AclLayer::new(Table::of(entries))
}

/// A frame and a policy around a server.
pub(crate) struct Site {
    pub(crate) layer: AclLayer,
    pub(crate) consumer: Option<Consumer>,
    received: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Option<Response<Body>>>>,
}

impl Site {
    pub(crate) fn new(layer: AclLayer) -> Self {
        Self {
            layer,
            consumer: Some(Consumer::new("keyless")),
            received: Arc::default(),
            answer: Arc::default(),
        }
    }

    /// The bodies that have reached the server.
    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    /// Asks, where the server answers with this.
    pub(crate) async fn ask(
        &self,
        mut request: Request<Body>,
        answer: Response<Body>,
    ) -> (Response<Body>, Exchange) {
        *self.answer.lock().unwrap() = Some(answer);
        let (received, answer) = (Arc::clone(&self.received), Arc::clone(&self.answer));
        let server = service_fn(move |request: Request<Body>| {
            let body = request.into_body();
            let body = body.as_bytes().cloned().unwrap_or_default();
            let body = String::from_utf8(body.to_vec()).unwrap();
            received.lock().unwrap().push(body);
            let answer = answer.lock().unwrap().take().unwrap();
            std::future::ready(Ok::<_, Infallible>(answer))
        });
        let exchange = Exchange::of(request.extensions_mut());
        if let Some(consumer) = &self.consumer {
            exchange.set_consumer(consumer.clone()).unwrap();
        }
        let stack = FrameLayer::new().layer(self.layer.layer(server));
        let response = stack.oneshot(request).await.unwrap();
        (response, exchange)
    }

    /// What becomes of a JSON answer to a plain `ping`.
    pub(crate) async fn filtered(&self, answer: &str) -> String {
        let (response, _) = self
            .ask(legacy("ping", &json!({})), json_body(answer))
            .await;
        text(response).await
    }

    /// What becomes of one event with this data on a stream that a GET has opened.
    pub(crate) async fn heard(&self, data: &str) -> String {
        let (mut sender, answer) = stream();
        let (response, _) = self.ask(get(), answer).await;
        sender
            .send_data(format!("data: {data}\n\n").into())
            .await
            .unwrap();
        drop(sender);
        text(response).await
    }

    /// Status and body of the answer to a request that has to be refused.
    pub(crate) async fn refused(&self, request: Request<Body>) -> (u16, Value, Response<()>) {
        let before = self.received().len();
        let (response, exchange) = self.ask(request, json_body("{}")).await;
        assert_eq!(self.received().len(), before, "it reached the server");
        assert!(exchange.refusal().is_some());
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).unwrap();
        (head.status.as_u16(), body, Response::from_parts(head, ()))
    }

    /// Sends a request that has to pass, and gives back what the server got.
    pub(crate) async fn passed(&self, request: Request<Body>) -> Value {
        let answer = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        let (response, exchange) = self.ask(request, json_body(answer)).await;
        assert!(exchange.refusal().is_none(), "{:?}", exchange.refusal());
        assert_eq!(response.status(), 200);
        let received = self.received();
        serde_json::from_str(received.last().unwrap()).unwrap()
    }
}

pub(crate) fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/mcp")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

pub(crate) fn get() -> Request<Body> {
    Request::get("/mcp").body(Body::empty()).unwrap()
}

/// A request of 2025-11-25.
pub(crate) fn legacy(method: &str, params: &Value) -> Request<Body> {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let mut request = post(body.to_string());
    let version = "2025-11-25".parse().unwrap();
    request
        .headers_mut()
        .insert("mcp-protocol-version", version);
    request
}

/// A request of 2026-07-28, with these capabilities of the client.
pub(crate) fn modern_with(method: &str, params: &Value, capabilities: &Value) -> Request<Body> {
    let mut params = params.clone();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let mut request = post(body.to_string());
    let headers = request.headers_mut();
    headers.insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    headers.insert("mcp-method", method.parse().unwrap());
    let named = [&params["name"], &params["uri"], &params["taskId"]];
    if let Some(name) = named.into_iter().find_map(Value::as_str) {
        headers.insert("mcp-name", tollbar_mcp::header::encode(name));
    }
    request
}

pub(crate) fn modern(method: &str, params: &Value) -> Request<Body> {
    modern_with(method, params, &json!({}))
}

pub(crate) fn json_body(text: &str) -> Response<Body> {
    typed("application/json", text)
}

pub(crate) fn typed(content_type: &str, text: &str) -> Response<Body> {
    Response::builder()
        .header("content-type", content_type)
        .body(Body::from(text.to_owned()))
        .unwrap()
}

/// An event stream whose chunks a test sends.
pub(crate) fn stream() -> (Sender<Bytes, BoxError>, Response<Body>) {
    let (sender, channel) = Channel::<Bytes, BoxError>::new(16);
    let response = Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::new(channel))
        .unwrap();
    (sender, response)
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
