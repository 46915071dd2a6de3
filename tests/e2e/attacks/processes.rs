//! Memory and shutdown of the gateway under attack.

use std::{
    io::{self, BufRead as _, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body_util::StreamBody;
use hyper::{body::Frame, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tollbar::{Routes, analytics::JsonLines, core::Body};
use tollbar_tests::programs;
use tower::ServiceExt as _;

use super::{PING, Recorder, post, raw, response, status};

const MEBIBYTE: u64 = 1 << 20;

/// The gateway's process, whose output nobody reads after its first line. Ended when dropped.
struct Unread {
    child: Child,
    address: std::net::SocketAddr,
}

impl Unread {
    fn before(upstream: &str, log: &str) -> Self {
        let mut child = Command::new(programs::built("tollbar-gateway"))
            .args(["--upstream", upstream, "--listen", "127.0.0.1:0"])
            .args(["--log-exchanges", log])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        // The pipe stays open in the child.
        let output = child.stdout.as_mut().unwrap();
        BufReader::with_capacity(1, output)
            .read_line(&mut line)
            .unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let url: http::Uri = line["listening"].as_str().unwrap().parse().unwrap();
        let address = url.authority().unwrap().as_str().parse().unwrap();
        Self { child, address }
    }

    /// `VmRSS`, or the highest value so far: `VmHWM`. In bytes.
    fn memory(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        let kibibytes = line.trim_matches(|c: char| !c.is_ascii_digit());
        kibibytes.parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn modern(method: &str, more: &str) -> String {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}{more}}}}}"#
    );
    post(
        &format!("mcp-protocol-version: 2026-07-28\r\nmcp-method: {method}\r\n"),
        &body,
    )
}

/// Exchanges that wait for a slow log are bounded by number; what each of them holds must be small.
#[tokio::test]
async fn a_log_that_nobody_reads_does_not_fill_the_memory() {
    let upstream = Recorder::start().await;
    let gateway = Unread::before(&upstream.url(), "-");
    let nowhere = "GET /nowhere HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let last = nowhere.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    // More than the pipe and the writer take.
    raw(gateway.address, format!("{}{last}", nowhere.repeat(600))).await;
    let uris = vec![format!("\"x:{}\"", "a".repeat(4000)); 1000].join(",");
    let listen = modern(
        "subscriptions/listen",
        &format!(r#","notifications":{{"resourceSubscriptions":[{uris}]}}"#),
    );
    assert_eq!(status(&raw(gateway.address, &listen).await), 200);
    let before = gateway.memory("VmRSS");
    for _ in 0..10 {
        assert_eq!(status(&raw(gateway.address, &listen).await), 200);
    }
    let grown = gateway.memory("VmRSS").saturating_sub(before) / MEBIBYTE;
    assert!(
        grown < 15,
        "10 exchanges in the log's queue hold {grown} MiB"
    );
}

/// A filter that takes many elements out must not hold many times the answer.
#[tokio::test]
async fn an_answer_of_many_small_elements_does_not_fill_the_memory() {
    let many = vec!["1"; 1_000_000].join(",");
    let result = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"supportedVersions":[{many}]}}}}"#);
    let length = result.len() as u64;
    let upstream = Recorder::answering(response("application/json", result)).await;
    let gateway = Unread::before(&upstream.url(), "off");
    assert_eq!(status(&raw(gateway.address, post("", PING)).await), 200);
    let before = gateway.memory("VmHWM");
    let answer = raw(gateway.address, modern("server/discover", "")).await;
    assert!(
        answer.ends_with(br#"{"supportedVersions":[]}}"#),
        "{}",
        answer.len()
    );
    let grown = gateway.memory("VmHWM").saturating_sub(before);
    assert!(grown < 8 * length, "{length} bytes of answer took {grown}");
}

/// Bodies that are not over yet, of one client, on one connection.
#[tokio::test]
async fn unfinished_bodies_do_not_fill_the_memory() {
    let upstream = Recorder::start().await;
    let gateway = Unread::before(&upstream.url(), "off");
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let before = gateway.memory("VmRSS");
    for _ in 0..48 {
        let chunks =
            (0..60).map(|_| Ok::<_, io::Error>(Frame::data(Bytes::from(vec![b' '; 1 << 16]))));
        let unfinished = futures_util::StreamExt::chain(
            futures_util::stream::iter(chunks),
            futures_util::stream::pending(),
        );
        let request = Request::post(format!("http://{}/mcp", gateway.address))
            .header("content-type", "application/json")
            .body(StreamBody::new(unfinished))
            .unwrap();
        let mut sender = sender.clone();
        tokio::spawn(async move { sender.send_request(request).await.map(drop) });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let grown = gateway.memory("VmRSS").saturating_sub(before) / MEBIBYTE;
    assert!(grown < 100, "one connection holds {grown} MiB");
}

/// What is said at the start stands in the log of whatever starts the gateway.
#[test]
fn a_mistake_in_a_url_does_not_show_the_secret_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.toml");
    for url in [
        "http://user:s3cret@127.0.0.1:1/mcp",
        "http://127.0.0.1:1/mcp?key=s3cret#x",
        "htp://127.0.0.1:1/mcp?key=s3cret",
        "http://127.0.0.1:x/mcp?key=s3cret",
    ] {
        let text = format!("[[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"{url}\"\n");
        std::fs::write(&file, text).unwrap();
        for (flag, value) in [("--config", file.to_str().unwrap()), ("--upstream", url)] {
            let said = Command::new(programs::built("tollbar-gateway"))
                .args(["--listen", "127.0.0.1:0", flag, value])
                .output()
                .unwrap();
            assert!(!said.status.success(), "{url}");
            let text = String::from_utf8_lossy(&said.stderr);
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}

/// A writer that never comes back, such as a pipe that nobody reads.
struct Stuck;

impl Write for Stuck {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        loop {
            thread::park();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        loop {
            thread::park();
        }
    }
}

/// The gateway waits for its log at the end, and must not wait longer than it says.
#[tokio::test]
async fn a_log_that_is_stuck_and_full_does_not_stop_the_shutdown() {
    let log = JsonLines::new(Stuck).unwrap();
    let routes = Routes::<tollbar::GatewayService>::new().analytics(log.clone());
    for _ in 0..9000 {
        let request = Request::get("/nowhere").body(Body::empty()).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 404);
    }
    assert!(log.dropped() > 0, "the queue is not full");
    let (done, flushed) = mpsc::channel();
    thread::spawn(move || done.send(log.flush(Duration::from_millis(100))));
    let flushed = flushed.recv_timeout(Duration::from_secs(3));
    assert_eq!(flushed, Ok(false), "`flush` does not come back");
}
