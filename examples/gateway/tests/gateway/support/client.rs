//! A client that sends exactly what it is told.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The JSON document, or the one in the last event of a stream.
    pub(crate) fn json(&self) -> Value {
        let data = self
            .text
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("data: "));
        serde_json::from_str(data.unwrap_or(&self.text)).unwrap()
    }
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn call(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let (head, body) = open(method, url, headers, body).await.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// Sends a request and waits for the head of the answer.
pub(crate) async fn open(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response<Incoming> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap();
    // A connection of its own each time: none is left open when a gateway ends.
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    client.request(request).await.unwrap()
}

pub(crate) async fn get(url: &str) -> Answer {
    call(Method::GET, url, &[], "").await
}

pub(crate) async fn delete(url: &str, headers: &[(&str, &str)]) -> Answer {
    call(Method::DELETE, url, headers, "").await
}

/// What a browser asks before it sends a request of a page of this origin.
pub(crate) async fn preflight(url: &str, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    call(Method::OPTIONS, url, &headers, "").await
}

/// Posts a message, with headers besides the usual ones.
pub(crate) async fn post(url: &str, message: &Value, headers: &[(&str, &str)]) -> Answer {
    let usual = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    let headers: Vec<_> = usual.into_iter().chain(headers.iter().copied()).collect();
    call(Method::POST, url, &headers, &message.to_string()).await
}

/// The first message of a legacy client.
pub(crate) fn initialize() -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        },
    })
}

/// The names of the tools that a modern client is told.
pub(crate) async fn tools(url: &str) -> Vec<String> {
    let message = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/list",
        "params": {
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    });
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/list"),
    ];
    let answer = post(url, &message, &headers).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let result = answer.json();
    let tools = result["result"]["tools"].as_array().unwrap();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}
