//! The server behind the gateway: it takes everything, and notes it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::{
    hidden,
    json::{Value, documents},
    uri,
    wire::dechunked,
};

/// A request as it has arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) verb: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Heard {
    /// All lines of a header, by its name in lower case.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.iter().filter(move |(line, _)| line == name);
        lines.map(|(_, value)| value.as_str())
    }

    /// All values of a parameter of the query.
    pub(super) fn parameters(&self, name: &str) -> Vec<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.filter(|(key, _)| uri::decoded(key).eq_ignore_ascii_case(name));
        pairs.map(|(_, value)| uri::decoded(value)).collect()
    }
}

/// A server that answers what it is told to.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    heard: Vec<Heard>,
    answer: Option<Vec<Vec<u8>>>,
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let state = Arc::clone(&server.state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
        });
        server
    }

    /// The requests since the last time.
    pub(super) fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.state.lock().unwrap().heard)
    }

    /// Answers with these bytes from now on, with a short pause between the pieces.
    pub(super) fn play(&self, pieces: Vec<Vec<u8>>) {
        self.state.lock().unwrap().answer = Some(pieces);
    }

    /// Answers as it likes again.
    pub(super) fn rest(&self) {
        self.state.lock().unwrap().answer = None;
    }
}

/// One request, and its answer; then the connection is closed.
async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut read = Vec::new();
    let heard = loop {
        // What is not complete is what it is once the other side is silent.
        let more = tokio::time::timeout(Duration::from_millis(300), stream.read_buf(&mut read));
        let over = !matches!(more.await, Ok(Ok(1..)));
        if let Some(heard) = request(&read, over) {
            break heard;
        }
        if over {
            return;
        }
    };
    let played = {
        let mut state = state.lock().unwrap();
        state.heard.push(heard.clone());
        state.answer.clone()
    };
    for piece in played.unwrap_or_else(|| vec![answer(&heard)]) {
        if stream.write_all(&piece).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(1)).await;
    }
    let _ = stream.shutdown().await;
}

fn request(read: &[u8], over: bool) -> Option<Heard> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut heard = Heard {
        verb: first.next()?.to_owned(),
        target: first.next().unwrap_or_default().to_owned(),
        ..Heard::default()
    };
    let lines = lines.filter_map(|line| line.split_once(':'));
    heard.headers = lines
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let after = &read[end + 4..];
    let chunked = heard
        .values("transfer-encoding")
        .any(|coding| coding.to_lowercase().contains("chunked"));
    let length = heard
        .values("content-length")
        .filter_map(|length| length.parse().ok());
    let length: usize = length.max().unwrap_or(0);
    heard.body = match chunked {
        true => dechunked(after).filter(|_| over || after.ends_with(b"\r\n\r\n"))?,
        false if after.len() < length && !over => return None,
        false => after.to_vec(),
    };
    Some(heard)
}

/// What it answers when it has not been told.
fn answer(heard: &Heard) -> Vec<u8> {
    let text = String::from_utf8_lossy(&heard.body).into_owned();
    let documents = documents(&text);
    let member = |name: &str| {
        let first = documents.first()?;
        let Value::Object(members) = first else {
            return None;
        };
        members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let method = member("method");
    let method = method.as_ref().and_then(Value::text).unwrap_or_default();
    let id = match member("id") {
        Some(Value::Bare(id)) => id,
        Some(Value::Text(id)) => format!("\"{id}\""),
        _ if method.starts_with("notifications/") => return accepted(),
        _ => "1".to_owned(),
    };
    let modern = text.contains("2026-07-28");
    let more = match modern {
        true => r#""resultType":"complete","ttlMs":1000,"cacheScope":"public","#,
        false => "",
    };
    let result = match method {
        "initialize" => handshake(&text),
        "tools/list" => format!("{{{more}\"tools\":{}}}", hidden::list("tools")),
        "resources/list" => format!("{{{more}\"resources\":{}}}", hidden::list("resources")),
        "resources/templates/list" => format!(
            "{{{more}\"resourceTemplates\":{}}}",
            hidden::list("templates")
        ),
        "prompts/list" => format!("{{{more}\"prompts\":{}}}", hidden::list("prompts")),
        _ => format!("{{{more}\"content\":[{{\"type\":\"text\",\"text\":\"done\"}}]}}"),
    };
    let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#);
    let session = match method {
        "initialize" => "mcp-session-id: upstream-session\r\n",
        _ => "",
    };
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{session}connection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn accepted() -> Vec<u8> {
    b"HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec()
}

/// The version that the client has asked for, and every capability.
fn handshake(text: &str) -> String {
    let versions = ["2025-03-26", "2025-06-18", "2025-11-25"];
    let version = versions.into_iter().find(|version| text.contains(version));
    let version = version.unwrap_or("2025-11-25");
    format!(
        r#"{{"protocolVersion":"{version}","capabilities":{{"tools":{{}},"resources":{{"subscribe":true}},"prompts":{{}},"logging":{{}},"completions":{{}}}},"serverInfo":{{"name":"a","version":"1"}}}}"#
    )
}
