//! Attacks on a running gateway, in tables that anyone can extend.
//!
//! - `heads`: hostile request heads: framing, `Host`, `Origin`, `Connection`, paths
//! - `bodies`: hostile request bodies: what is judged, and how long that takes
//! - `clients`: clients that hold on to what they have got
//! - `answers`: hostile answers under a filter
//! - `upstreams`: hostile answers for the browser, the memory and the wire
//! - `logs`: what an attacker can write into the exchange log, and keep out of it
//! - `processes`: memory and shutdown of the gateway's own process
//!
//! The filter of these tests is the one that every gateway has: an `initialize` result must not
//! negotiate a version which the gateway cannot read.

mod answers;
mod bodies;
mod clients;
mod heads;
mod logs;
mod processes;
mod upstreams;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tollbar::{Gateway, Server, analytics::Event};
use tollbar_tests::local::Local;

/// A request that every MCP server answers.
const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// A request whose answer the gateway filters.
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;

/// How long anything may take that has nothing to wait for.
const PATIENCE: Duration = Duration::from_secs(10);

/// An upstream that notes each request as it came, and gives the same bytes for an answer.
#[derive(Clone, Debug)]
struct Recorder {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    async fn answering(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let recorder = Self {
            address: listener.local_addr().unwrap(),
            heard: Arc::default(),
        };
        let (heard, answer) = (Arc::clone(&recorder.heard), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(record(stream, Arc::clone(&heard), Arc::clone(&answer)));
            }
        });
        recorder
    }

    /// One that answers a plain result.
    async fn start() -> Self {
        let result = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        Self::answering(response("application/json", result)).await
    }

    fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// The requests since the last time, heads and bodies.
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

/// Plays the upstream on one connection.
async fn record(mut stream: TcpStream, heard: Arc<Mutex<Vec<String>>>, answer: Arc<Vec<u8>>) {
    let mut read = Vec::new();
    loop {
        if let Some(length) = whole(&read) {
            let request: Vec<u8> = read.drain(..length).collect();
            let request = String::from_utf8_lossy(&request).into_owned();
            heard.lock().unwrap().push(request);
            if stream.write_all(&answer).await.is_err() {
                return;
            }
            continue;
        }
        if !matches!(stream.read_buf(&mut read).await, Ok(1..)) {
            return;
        }
    }
}

/// The length of the request at the front, once it is there as a whole.
fn whole(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
    let declared = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length = head + declared.map_or(0, |length| length.trim().parse().unwrap());
    (read.len() >= length).then_some(length)
}

/// An answer as it stands on the wire.
fn response(content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// A POST as it stands on the wire, on a connection of its own.
fn post(more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n{more}\r\n{body}"
    )
}

/// The gateway in front of an upstream, with its defaults.
fn before(url: &str) -> Local {
    Local::serve(Gateway::to(url).unwrap().into_service(), Server::new())
}

/// The same, which also keeps the lines of its exchange log.
fn logging(url: &str) -> (Local, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let gateway = Gateway::to(url)
        .unwrap()
        .analytics(move |event: Arc<Event>| log.lock().unwrap().push(event.to_json()));
    (Local::serve(gateway.into_service(), Server::new()), lines)
}

/// Writes bytes and reads until the other side closes.
async fn raw(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // A gateway that has refused may close before all is written.
        let _ = stream.write_all(bytes.as_ref()).await;
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read).await;
        read
    };
    let read = timeout(PATIENCE, exchange).await;
    read.expect("the gateway neither answers nor closes")
}

/// The status of an answer; 0 when there is none.
fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    let word = text.split(' ').nth(1).unwrap_or_default().to_owned();
    word.parse().unwrap_or(0)
}
