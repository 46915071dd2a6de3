//! A client that is small enough to be believed.

use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::demo::serve::{Endpoint, endpoint};

pub(super) const LEGACY: &str = "2025-11-25";
pub(super) const MODERN: &str = "2026-07-28";

/// Methods whose subject is repeated in the header `Mcp-Name`. The SDK wants to see it for the two
/// that 2026-07-28 does not have any more, too.
const NAMED: [&str; 5] = [
    "tools/call",
    "prompts/get",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
];

/// A client of either era, with an id that counts up.
pub(super) struct Client {
    endpoint: Endpoint,
    version: &'static str,
    capabilities: Value,
    session: Option<String>,
    id: u32,
}

/// An answer whose body may go on.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    body: BoxBody<Bytes, std::convert::Infallible>,
    buffer: String,
}

/// One event of a stream, or a whole body of JSON.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: Option<String>,
    pub(super) message: Value,
}

/// A server of its own for one test.
pub(super) fn server() -> Endpoint {
    endpoint(&CancellationToken::new(), &CancellationToken::new())
}

impl Client {
    /// A client of 2026-07-28.
    pub(super) fn modern(endpoint: &Endpoint, capabilities: Value) -> Self {
        Self {
            endpoint: endpoint.clone(),
            version: MODERN,
            capabilities,
            session: None,
            id: 0,
        }
    }

    /// A client with a session of that revision.
    pub(super) async fn legacy(
        endpoint: &Endpoint,
        version: &'static str,
        capabilities: Value,
    ) -> Self {
        let mut client = Self {
            version,
            ..Self::modern(endpoint, capabilities)
        };
        let params = json!({
            "protocolVersion": version,
            "capabilities": client.capabilities,
            "clientInfo": { "name": "test", "version": "1" },
        });
        let mut answer = client.send("initialize", params, &[]).await;
        let session = answer.headers["mcp-session-id"].to_str().unwrap();
        client.session = Some(session.to_owned());
        assert_eq!(answer.last().await["result"]["protocolVersion"], version);
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let answer = client.post(&initialized, &[]).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        client
    }

    /// Both kinds of client, for what must not differ.
    pub(super) async fn both(endpoint: &Endpoint) -> [Self; 2] {
        [
            Self::legacy(endpoint, LEGACY, json!({})).await,
            Self::modern(endpoint, json!({})),
        ]
    }

    pub(super) fn session(&self) -> &str {
        self.session.as_deref().unwrap_or_default()
    }

    pub(super) fn version(&self) -> &str {
        self.version
    }

    /// Sends a request and returns its answer as it begins.
    pub(super) async fn send(
        &mut self,
        method: &str,
        mut params: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.id += 1;
        let mut headers = headers.to_vec();
        let name = params.get("name").or_else(|| params.get("uri"));
        let name = name.and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.version == MODERN {
            let meta = &mut params["_meta"];
            meta["io.modelcontextprotocol/protocolVersion"] = json!(MODERN);
            meta["io.modelcontextprotocol/clientCapabilities"] = self.capabilities.clone();
            headers.push(("mcp-method", method));
            if NAMED.contains(&method) {
                headers.push(("mcp-name", &name));
            }
        }
        let id = self.id;
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.post(&request, &headers).await
    }

    /// Sends a request and returns the message that answers it.
    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(method, params, &[]).await.last().await
    }

    /// Calls a tool and returns its result.
    pub(super) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.ask("tools/call", params).await;
        assert!(answer["result"].is_object(), "{tool}: {answer}");
        answer["result"].clone()
    }

    /// Opens the stream that belongs to no call, or one that was left.
    pub(super) async fn get(&self, last_event_id: Option<&str>) -> Answer {
        let last = last_event_id.map(|id| ("last-event-id", id));
        let headers: Vec<_> = last.into_iter().collect();
        self.request(Method::GET, Bytes::new(), &headers).await
    }

    pub(super) async fn post(&self, message: &Value, headers: &[(&str, &str)]) -> Answer {
        self.request(Method::POST, message.to_string().into(), headers)
            .await
    }

    async fn request(&self, method: Method, body: Bytes, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri("/mcp")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "127.0.0.1");
        }
        if self.session.is_some() || self.version == MODERN {
            request = request.header("mcp-protocol-version", self.version);
        }
        if let Some(session) = &self.session {
            request = request.header("mcp-session-id", session);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).unwrap();
        Answer::new(self.endpoint.handle(request).await)
    }
}

impl Answer {
    fn new(response: Response<BoxBody<Bytes, std::convert::Infallible>>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            buffer: String::new(),
        }
    }

    /// The next event that carries a message, or the body when it is no stream. `None` is the end.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.next_event().await?;
            if !event.message.is_null() {
                return Some(event);
            }
        }
    }

    /// The next event, which has no message when it only tells where to resume.
    pub(super) async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffer = rest;
                if !event.starts_with(':') {
                    return Some(Event::parse(&event));
                }
                continue;
            }
            let Some(frame) = self.body.frame().await else {
                let rest = std::mem::take(&mut self.buffer);
                let message = serde_json::from_str(&rest).ok()?;
                return Some(Event { id: None, message });
            };
            let data = frame.unwrap().into_data().unwrap_or_default();
            self.buffer.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// All messages up to the end.
    pub(super) async fn all(mut self) -> Vec<Value> {
        let mut messages = Vec::new();
        while let Some(event) = self.next().await {
            messages.push(event.message);
        }
        messages
    }

    /// The message that ends the body.
    pub(super) async fn last(&mut self) -> Value {
        let mut last = Value::Null;
        while let Some(event) = self.next().await {
            last = event.message;
        }
        last
    }
}

impl Event {
    fn parse(text: &str) -> Self {
        let field = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        let message = field("data:").and_then(|data| serde_json::from_str(&data).ok());
        Self {
            id: field("id:"),
            message: message.unwrap_or_default(),
        }
    }
}

/// The text of a tool's result.
pub(super) fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}
