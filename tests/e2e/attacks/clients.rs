//! Clients that hold on to what they have got.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};
use tollbar::{Gateway, Server, upstream::Upstream};
use tollbar_tests::local::Local;

use super::{PATIENCE, PING, Recorder, before, post, raw, response, status};

/// A gateway with one place at an upstream whose answers have this many bytes, and little patience
/// with clients that do not read.
async fn one_place(bytes: usize) -> Local {
    let result = "x".repeat(bytes);
    let big = format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{result}"}}"#);
    let upstream = Recorder::answering(response("application/json", big)).await;
    let upstream = Upstream::builder(upstream.url().parse().unwrap())
        .max_exchanges(1)
        .place_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let server = Server::new().write_timeout(Duration::from_millis(500));
    Local::serve(Gateway::new(upstream).into_service(), server)
}

/// The place is taken, and free again after some time.
async fn comes_free(gateway: &Local) {
    let ask = || raw(gateway.address, post("", PING));
    assert_eq!(status(&ask().await), 503, "the attack did not run");
    let begun = Instant::now();
    while status(&ask().await) != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "a client that does not read shuts all others out"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// An HTTP/2 connection, and its task.
async fn connect(
    gateway: &Local,
) -> (
    http2::SendRequest<Full<Bytes>>,
    JoinHandle<hyper::Result<()>>,
) {
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (sender, connection) = shaken.unwrap();
    (sender, tokio::spawn(connection))
}

fn ping(gateway: &Local) -> Request<Full<Bytes>> {
    Request::post(format!("http://{}/mcp", gateway.address))
        .header("content-type", "application/json")
        .body(Full::from(PING))
        .unwrap()
}

/// A client that takes nothing of its answer would hold a place at the upstream for ever.
#[tokio::test]
async fn a_client_that_does_not_read_does_not_hold_a_place_for_ever() {
    let gateway = one_place(16 << 20).await;
    let mut idle = TcpStream::connect(gateway.address).await.unwrap();
    idle.write_all(post("", PING).as_bytes()).await.unwrap();
    let mut byte = [0];
    idle.read_exact(&mut byte).await.unwrap();
    comes_free(&gateway).await;
    drop(idle);
}

/// With HTTP/2 a client holds up one exchange by giving it no window, and the connection goes on.
#[tokio::test]
async fn a_stream_that_is_not_read_does_not_hold_a_place_for_ever() {
    let gateway = one_place(4 << 20).await;
    let (mut sender, connection) = connect(&gateway).await;
    let unread = sender.send_request(ping(&gateway)).await.unwrap();
    assert_eq!(unread.status(), 200);
    comes_free(&gateway).await;
    drop((unread, sender, connection));
}

/// The header timeout is also how long a connection may idle; answered pings must not prolong it.
#[tokio::test]
async fn an_idle_http2_connection_is_closed() {
    let upstream = Recorder::start().await;
    let server = Server::new().header_timeout(Duration::from_millis(200));
    let service = Gateway::to(&upstream.url()).unwrap().into_service();
    let gateway = Local::serve(service, server);
    let (mut sender, connection) = connect(&gateway).await;
    let answer = sender.send_request(ping(&gateway)).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body().collect().await.unwrap();
    let closed = timeout(Duration::from_secs(2), connection).await;
    assert!(closed.is_ok(), "it is still open");
    drop(sender);
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// `:method: GET`, `:scheme: http`, `:path: /` and `:authority: localhost` in HPACK.
const HEAD: &[u8] = b"\x82\x86\x84\x01\x09localhost";

/// Streams that are opened and reset at once (CVE-2023-44487), and heads that do not end
/// (CVE-2024-27316), end the connection.
#[tokio::test]
async fn floods_of_http2_frames_end_the_connection() {
    let reset = (0..5000_u32).flat_map(|number| {
        let stream = 2 * number + 1;
        [
            frame(1, 4 | 1, stream, HEAD),
            frame(3, 0, stream, &[0, 0, 0, 8]),
        ]
    });
    let endless = std::iter::once(frame(1, 0, 1, HEAD))
        .chain((0..5000).map(|_| frame(9, 0, 1, b"\x00\x01a\x01b")));
    let attacks: [(&str, Vec<Vec<u8>>); 2] = [
        ("reset", reset.collect()),
        ("continuation", endless.collect()),
    ];
    for (name, frames) in attacks {
        let upstream = Recorder::start().await;
        let gateway = before(&upstream.url());
        let mut attack = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        attack.extend(frame(4, 0, 0, &[]));
        attack.extend(frames.concat());
        let mut stream = TcpStream::connect(gateway.address).await.unwrap();
        let flood = async {
            let (mut reader, mut writer) = stream.split();
            let write = async {
                let _ = writer.write_all(&attack).await;
            };
            let mut read = Vec::new();
            let ended = async { reader.read_to_end(&mut read).await };
            tokio::join!(write, ended).1
        };
        let ended = timeout(PATIENCE, flood).await;
        assert!(ended.is_ok(), "{name}: the connection is still open");
    }
}
