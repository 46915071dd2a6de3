//! A client that asks, and one that listens.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tokio::time::timeout;

/// How long a stream that is to end may take.
const ENDING: Duration = Duration::from_secs(10);

/// The status of a call with these headers.
pub(crate) async fn ask(url: &str, headers: &[(&str, &str)]) -> StatusCode {
    let response = send(url, "tools/list", &json!({}), headers).await;
    let status = response.status();
    // To its end, so that the exchange is complete.
    response.into_body().collect().await.unwrap();
    status
}

/// An open `subscriptions/listen` stream.
pub(crate) struct Stream {
    body: Incoming,
    read: String,
}

impl Stream {
    /// Opens one, and waits until the server has taken it.
    pub(crate) async fn open(url: &str, headers: &[(&str, &str)]) -> Self {
        let params = json!({ "notifications": { "resourcesListChanged": true } });
        let response = send(url, "subscriptions/listen", &params, headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        let mut stream = Self {
            body: response.into_body(),
            read: String::new(),
        };
        while !stream.read.contains("acknowledged") {
            assert!(stream.next().await, "{}", stream.read);
        }
        stream
    }

    /// Reads on; `false` at the end.
    async fn next(&mut self) -> bool {
        let frame = timeout(ENDING, self.body.frame()).await;
        let frame = frame.unwrap_or_else(|_| panic!("nothing comes after: {}", self.read));
        let Some(frame) = frame else {
            return false;
        };
        if let Ok(data) = frame.expect("it does not break off").into_data() {
            self.read.push_str(std::str::from_utf8(&data).unwrap());
        }
        true
    }

    /// Reads to the end, and tells how long that took.
    pub(crate) async fn end(&mut self) -> Duration {
        let begun = Instant::now();
        while self.next().await {}
        begun.elapsed()
    }

    /// Asserts that the closing result was the last that was said.
    pub(crate) fn assert_closed(&self) {
        let last = self
            .read
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("data: "));
        let message: Value = serde_json::from_str(last.unwrap()).unwrap();
        assert_eq!(message["id"], 7, "{}", self.read);
        assert_eq!(message["result"]["resultType"], "complete", "{}", self.read);
    }

    /// Whether what happens at the server is still heard here: writes a note through another proxy.
    pub(crate) async fn hears(&mut self, url: &str, headers: &[(&str, &str)]) -> bool {
        static NOTES: AtomicUsize = AtomicUsize::new(0);
        let name = format!("note-{}", NOTES.fetch_add(1, Ordering::Relaxed));
        let params = json!({ "name": "write_note", "arguments": { "name": name, "text": "x" } });
        let mut named = headers.to_vec();
        named.push(("mcp-name", "write_note"));
        let response = send(url, "tools/call", &params, &named).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(text.contains("\"isError\":false"), "{text}");
        let before = self.read.matches("list_changed").count();
        while self.read.matches("list_changed").count() == before {
            if !self.next().await {
                return false;
            }
        }
        true
    }
}

/// Sends one message of the modern era on a connection of its own.
async fn send(
    url: &str,
    method: &str,
    params: &Value,
    headers: &[(&str, &str)],
) -> Response<Incoming> {
    let mut params = params.clone();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let mut request = Request::post(url)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    client.request(request).await.unwrap()
}
