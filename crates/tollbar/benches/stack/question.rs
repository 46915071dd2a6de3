//! The requests that are measured.

use bytes::Bytes;
use http::Request;
use tollbar::core::{Body, Exchange};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Question {
    /// A `tools/call` of 300 bytes, legacy era.
    Small,
    /// The same in the modern era: with routing headers, and facts of the client in `_meta`.
    Modern,
    /// A `tools/call` of 100 KiB, nearly all of it one string.
    Text,
    /// A `tools/call` of 100 KiB made of small objects.
    Objects,
}

const KIBIBYTES_100: usize = 100 * 1024;

impl Question {
    /// The request as a server hands it to the stack: with its exchange started.
    ///
    /// # Panics
    ///
    /// When a header above is not one.
    pub(crate) fn request(self) -> Request<Body> {
        let body = self.body();
        let mut request = Request::post("/mcp")
            .header("host", "127.0.0.1:8080")
            .header("user-agent", "bench/1.0")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .header("content-length", body.len());
        request = match self {
            Self::Modern => request
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "tools/call")
                .header("mcp-name", "search_documents"),
            Self::Small | Self::Text | Self::Objects => request
                .header("mcp-protocol-version", "2025-11-25")
                .header("mcp-session-id", "5f2b8f0c-59a4-4a5e-9f1e-3f0b7c1d2e4a"),
        };
        let mut request = request.body(Body::from(Bytes::from(body))).unwrap();
        request.extensions_mut().insert(Exchange::new());
        request
    }

    fn body(self) -> Vec<u8> {
        let (meta, filling) = match self {
            Self::Small => (r#"{"progressToken":42}"#, padding(300)),
            Self::Modern => (
                r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0"},"io.modelcontextprotocol/clientCapabilities":{}}"#,
                padding(300),
            ),
            Self::Text => (r#"{"progressToken":42}"#, padding(KIBIBYTES_100)),
            Self::Objects => (r#"{"progressToken":42}"#, objects(KIBIBYTES_100)),
        };
        format!(
            r#"{{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{{"name":"search_documents","arguments":{{"query":"toll bar","limit":25,"filling":{filling}}},"_meta":{meta}}}}}"#
        )
        .into_bytes()
    }
}

/// A string that brings the small question to about this length.
fn padding(length: usize) -> String {
    let frame = 172;
    format!(
        "\"{}\"",
        "a plain word "
            .repeat(length / 13 + 1)
            .split_at(length - frame)
            .0
    )
}

/// An array of small objects, of about this length.
fn objects(length: usize) -> String {
    let object = r#"{"id":1234,"name":"a document","tags":["toll","bar"],"score":0.5,"public":true,"owner":null}"#;
    let objects = vec![object; length / (object.len() + 1)];
    format!("[{}]", objects.join(","))
}
