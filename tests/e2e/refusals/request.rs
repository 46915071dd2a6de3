//! A request as it stands on the wire, with a trace of its own, and what the client is told.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A call that every policy may be asked about, and that no server has to be asked for.
pub(super) const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#;

/// A request whose answer every gateway looks into.
pub(super) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

/// A request on a connection of its own.
#[derive(Clone, Debug)]
pub(super) struct Request {
    method: &'static str,
    target: String,
    lines: Vec<(String, String)>,
    body: String,
    trace: String,
}

impl Request {
    fn new(method: &'static str, target: &str, body: String) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let trace = format!("{number:032x}");
        let parent = format!("00-{trace}-{number:016x}-01");
        let request = Self {
            method,
            target: target.to_owned(),
            lines: Vec::new(),
            body,
            trace,
        };
        request
            .with("host", "localhost")
            .with("traceparent", &parent)
            .with("accept", "application/json, text/event-stream")
            .with("connection", "close")
    }

    /// A POST of JSON.
    pub(super) fn post(target: &str, body: impl Into<String>) -> Self {
        Self::new("POST", target, body.into()).with("content-type", "application/json")
    }

    /// A GET.
    pub(super) fn get(target: &str) -> Self {
        Self::new("GET", target, String::new())
    }

    /// A request of 2026-07-28, with the headers that it needs.
    pub(super) fn modern(target: &str, method: &str, mut params: Value) -> Self {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = ["name", "uri", "taskId"].map(|key| params[key].as_str().map(str::to_owned));
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Self::post(target, body.to_string())
            .with("mcp-protocol-version", "2026-07-28")
            .with("mcp-method", method);
        match name.into_iter().flatten().next() {
            Some(name) => request.with("mcp-name", &name),
            None => request,
        }
    }

    /// Uses another HTTP method.
    pub(super) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// With another line.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.lines.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another value in the place of all that this header has.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.lines.retain(|(other, _)| other != name);
        self.with(name, value)
    }

    /// With another text in the place of one in the body.
    pub(super) fn replacing(mut self, text: &str, by: &str) -> Self {
        self.body = self.body.replace(text, by);
        self
    }

    /// With a bearer token.
    pub(super) fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The trace that it belongs to, by which its line in the log is found.
    pub(super) fn trace(&self) -> &str {
        &self.trace
    }

    /// Its body.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// Its head and its body. Whoever says how the body is transferred brings the body as well.
    pub(super) fn bytes(&self) -> String {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.lines {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        let says_so = |(name, _): &(String, String)| {
            matches!(name.as_str(), "content-length" | "transfer-encoding")
        };
        if !self.body.is_empty() && !self.lines.iter().any(says_so) {
            write!(text, "content-length: {}\r\n", self.body.len()).unwrap();
        }
        text + "\r\n" + &self.body
    }

    /// Sends it, and reads what comes.
    pub(super) async fn send(&self, address: &str) -> Told {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Who is refused early may not be listened to until the end.
        let _ = stream.write_all(self.bytes().as_bytes()).await;
        Told::read(&mut stream).await
    }
}

/// What a client is told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// 0 when there was no answer.
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) text: String,
    /// Whether the answer came to its end.
    pub(super) is_whole: bool,
}

impl Told {
    /// Reads an answer, and the end of the connection.
    pub(super) async fn read(stream: &mut TcpStream) -> Self {
        let mut read = Vec::new();
        let reading = timeout(PATIENCE, stream.read_to_end(&mut read)).await;
        let closed = reading.is_ok_and(|read| read.is_ok());
        let read = String::from_utf8_lossy(&read).into_owned();
        let (head, body) = read.split_once("\r\n\r\n").unwrap_or((&read, ""));
        let (text, is_whole) = match value(head, "transfer-encoding") {
            Some(_) => unchunked(body),
            None => {
                let length = value(head, "content-length");
                let length = length.and_then(|length| length.parse::<usize>().ok());
                (body.to_owned(), length.is_none_or(|it| body.len() == it))
            }
        };
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        let is_whole = is_whole && status.is_some();
        Self {
            status: status.unwrap_or(0),
            head: head.to_owned(),
            text,
            is_whole: is_whole && closed,
        }
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        value(&self.head, name)
    }

    /// The code of the JSON-RPC error, where there is one: of a document, or of the last event of a stream.
    pub(super) fn code(&self) -> Option<i64> {
        let mut events = self.text.lines().filter_map(|it| it.strip_prefix("data: "));
        let message = events.next_back().unwrap_or(&self.text);
        let json: Value = serde_json::from_str(message).ok()?;
        json["error"]["code"].as_i64()
    }

    /// What each message of an array is told.
    pub(super) fn each(&self) -> Vec<Self> {
        let messages = serde_json::from_str::<Vec<Value>>(&self.text);
        let messages = messages.unwrap_or_default().into_iter();
        let told = messages.map(|message| Self {
            text: message.to_string(),
            ..self.clone()
        });
        told.collect()
    }

    /// The reason, where the body says it in the place of a code.
    pub(super) fn reason(&self) -> Option<String> {
        let json: Value = serde_json::from_str(&self.text).ok()?;
        Some(json["reason"].as_str()?.to_owned())
    }
}

fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    Some(value.trim())
}

/// What stands in chunks (RFC 9112 section 7.1), and whether the last one was there.
fn unchunked(mut body: &str) -> (String, bool) {
    let mut text = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap_or(0);
        match (length, rest.get(..length)) {
            (0, _) => return (text, true),
            (_, None) => break,
            (_, Some(chunk)) => text.push_str(chunk),
        }
        body = rest.get(length + 2..).unwrap_or_default();
    }
    (text, false)
}
