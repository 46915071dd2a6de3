//! Clients that are slow, silent, or speak something else.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use http::{Request, Response};
use http_body_util::Full;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tollbar::{Server, core::Body};
use tower::service_fn;

use crate::{
    authority::Authority,
    client::{Client, get, send},
    served::{Endless, PATIENCE, Served},
};

const SHORT: Duration = Duration::from_millis(300);

fn server(authority: &Authority) -> Server {
    Server::new().tls(authority.tls().build().unwrap())
}

/// What comes until the other side closes; `None` when it does not.
async fn rest(stream: &mut TcpStream, within: Duration) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    let closed = timeout(within, stream.read_to_end(&mut read)).await;
    // It may be closed with bytes that nobody has read, which is an error.
    closed.is_ok().then_some(read)
}

async fn plain(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn a_handshake_that_is_not_done_in_time_is_closed() {
    let authority = Authority::new();
    let server = Served::introducing(server(&authority).header_timeout(SHORT));
    // Nothing, the begin of a record, and a record whose end never comes.
    for begin in [
        &b""[..],
        b"\x16",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let mut stream = plain(server.address).await;
        stream.write_all(begin).await.unwrap();
        assert!(
            rest(&mut stream, PATIENCE).await.is_some(),
            "{begin:?} holds a connection"
        );
    }
}

#[tokio::test]
async fn a_connection_that_says_nothing_after_its_handshake_is_closed() {
    let authority = Authority::new();
    let server = Served::introducing(server(&authority).header_timeout(SHORT));
    for alpn in ["h2", "http/1.1"] {
        let client = Client::new(&authority).alpn(&[alpn]);
        let mut stream = client.connect(server.address).await.unwrap();
        let mut read = Vec::new();
        let closed = timeout(PATIENCE, stream.read_to_end(&mut read)).await;
        assert!(closed.is_ok(), "silence in {alpn} holds a connection");
    }
}

#[tokio::test]
async fn a_handshake_has_a_place_among_the_connections() {
    let authority = Authority::new();
    let server = Served::introducing(server(&authority).max_connections(1));
    let silent = plain(server.address).await;
    let client = Client::new(&authority);
    let mut asked = tokio::spawn(async move { client.ask(server.address).await.unwrap().text });
    assert!(
        timeout(SHORT, &mut asked).await.is_err(),
        "there was a place for two"
    );
    drop(silent);
    let text = timeout(PATIENCE, asked).await.unwrap().unwrap();
    assert_eq!(text, "nobody HTTP/1.1");
}

#[tokio::test]
async fn plain_http_is_told_what_is_wrong() {
    let authority = Authority::new();
    let server = Served::introducing(server(&authority));
    let long = format!(
        "POST /mcp HTTP/1.1\r\nhost: x\r\n\r\n{}",
        "x".repeat(30_000)
    );
    for request in ["GET / HTTP/1.1\r\nhost: localhost\r\n\r\n", &long] {
        let mut stream = plain(server.address).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = rest(&mut stream, PATIENCE).await.expect("it is not closed");
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.contains("speaks TLS"), "{answer}");
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len())),
            "{head}"
        );
    }
    // It does not go on for ever either.
    let mut stream = plain(server.address).await;
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    assert!(rest(&mut stream, PATIENCE).await.is_some());
    let mut noise = plain(server.address).await;
    noise.write_all(b"\0\0\0\0\0\0\0\0").await.unwrap();
    assert!(rest(&mut noise, PATIENCE).await.is_some());
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go() {
    let authority = Authority::new();
    let bodies = Endless::default();
    let service = service_fn({
        let bodies = bodies.clone();
        move |_: Request<Body>| {
            let response = Response::new(bodies.body());
            async { Ok::<_, Infallible>(response) }
        }
    });
    let server = Served::new(server(&authority).write_timeout(SHORT), service);

    // The connection itself is not read.
    let client = Client::new(&authority);
    let mut stream = client.connect(server.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert!(bodies.becomes(1).await, "no answer has begun");
    assert!(
        bodies.becomes(0).await,
        "an answer in HTTP/1.1 that nobody reads goes on"
    );

    // The connection is read, and the answer is not.
    let client = client.alpn(&["h2"]);
    let stream = client.connect(server.address).await.unwrap();
    let request = Request::get("https://localhost/")
        .body(Full::default())
        .unwrap();
    let unread = send(stream, request).await.unwrap();
    assert!(
        bodies.becomes(0).await,
        "an answer in HTTP/2 that nobody reads goes on"
    );
    drop(unread);
}

#[tokio::test]
async fn a_client_that_reads_slowly_is_not_let_go() {
    let authority = Authority::new();
    let bodies = Endless::default();
    let service = service_fn({
        let bodies = bodies.clone();
        move |_: Request<Body>| {
            let response = Response::new(bodies.body());
            async { Ok::<_, Infallible>(response) }
        }
    });
    let server = Served::new(server(&authority).write_timeout(4 * SHORT), service);
    let mut stream = Client::new(&authority)
        .connect(server.address)
        .await
        .unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut some = vec![0; 4 * 1024 * 1024];
    for _ in 0..10 {
        timeout(PATIENCE, stream.read_exact(&mut some))
            .await
            .unwrap()
            .unwrap();
        tokio::time::sleep(SHORT).await;
    }
    assert_eq!(bodies.open(), 1);
}

#[tokio::test]
async fn a_server_that_stops_waits_for_no_handshake_and_no_idle_connection() {
    let authority = Authority::new();
    let server = Served::introducing(server(&authority));
    let silent = plain(server.address).await;
    let mut half = plain(server.address).await;
    half.write_all(b"\x16\x03\x01").await.unwrap();
    let stream = Client::new(&authority)
        .connect(server.address)
        .await
        .unwrap();
    let stream = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    assert!(sender.send_request(get()).await.is_ok());
    assert!(
        server.stops_within(PATIENCE).await,
        "it waits for a handshake"
    );
    // It was closed in order: with the notice that TLS has for it.
    connection.await.unwrap().unwrap();
    drop((silent, half));
}
