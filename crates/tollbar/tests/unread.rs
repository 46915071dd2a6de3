//! A request that is answered before its body is here.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use http::{Request, Response, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};
use tollbar::{Server, core::Body};
use tower::service_fn;

const SOON: Duration = Duration::from_millis(300);

/// A server that refuses everything by its head.
async fn serve() -> SocketAddr {
    let listener = Server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let refuse = service_fn(|request: Request<Body>| async {
        drop(request);
        let response = Response::builder().status(401).body(Body::from("no"));
        Ok::<_, Infallible>(response.unwrap())
    });
    tokio::spawn(Server::new().serve(listener, refuse, std::future::pending()));
    address
}

/// A connection to such a server.
async fn connect() -> SendRequest<Bytes> {
    let stream = TcpStream::connect(serve().await).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client.ready().await.unwrap()
}

async fn refused(response: ResponseFuture) {
    let response = timeout(Duration::from_secs(5), response).await;
    assert_eq!(
        response.unwrap().unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
}

fn post() -> Request<()> {
    Request::post("http://localhost/mcp").body(()).unwrap()
}

#[tokio::test]
async fn what_is_little_is_read_first_so_that_no_stream_is_reset() {
    let mut client = connect().await;
    let (mut response, mut body) = client.send_request(post(), false).unwrap();
    assert!(
        timeout(SOON, &mut response).await.is_err(),
        "the body is not here"
    );
    body.send_data(Bytes::from(vec![b'x'; 10_000]), true)
        .unwrap();
    refused(response).await;
    let reset = std::future::poll_fn(|cx| body.poll_reset(cx));
    match timeout(SOON, reset).await {
        Err(_) | Ok(Err(_)) => {}
        Ok(Ok(reason)) => panic!("the stream was reset: {reason}"),
    }
}

#[tokio::test]
async fn what_is_much_or_slow_is_not_waited_for() {
    // More than the bound.
    let mut client = connect().await;
    let (response, mut body) = client.send_request(post(), false).unwrap();
    for _ in 0..100 {
        body.reserve_capacity(10_000);
        if body
            .send_data(Bytes::from(vec![b'x'; 10_000]), false)
            .is_err()
        {
            break;
        }
    }
    refused(response).await;

    // Nothing at all.
    let started = Instant::now();
    let (response, _body) = client.send_request(post(), false).unwrap();
    refused(response).await;
    assert!(started.elapsed() >= Duration::from_secs(1));

    // Whoever waits to be asked is not kept waiting.
    let started = Instant::now();
    let mut request = post();
    request
        .headers_mut()
        .insert("expect", "100-continue".parse().unwrap());
    let (response, _body) = client.send_request(request, false).unwrap();
    refused(response).await;
    assert!(started.elapsed() < Duration::from_secs(1));
}

/// A connection to such a server over HTTP/1.1.
struct Http1(TcpStream);

impl Http1 {
    async fn connect() -> Self {
        let stream = TcpStream::connect(serve().await).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Sends this much of a request, with all line ends as they should be.
    async fn send(&mut self, text: &str) {
        let text = text.replace('\n', "\r\n");
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads one answer, whose body is `no`.
    async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nno") {
            let read = timeout(Duration::from_secs(5), self.0.read_buf(&mut answer)).await;
            let read = read.expect("an answer in time").unwrap();
            assert_ne!(read, 0, "{:?}", String::from_utf8_lossy(&answer));
        }
        String::from_utf8(answer).unwrap()
    }
}

const POST: &str = "POST /mcp HTTP/1.1\nhost: localhost\ncontent-length: ";

/// Clients send head and body one after the other, and then the next request on the same connection.
#[tokio::test]
async fn a_body_that_comes_late_does_not_cost_the_connection() {
    let mut client = Http1::connect().await;
    for _ in 0..3 {
        client.send(&format!("{POST}4\n\n")).await;
        tokio::time::sleep(SOON / 3).await;
        client.send("body").await;
        let answer = client.answer().await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn a_connection_that_cannot_go_on_says_so() {
    let none = format!("{POST}4\n\n");
    let much = format!("{POST}1000000\n\n{}", "x".repeat(100_000));
    let asking = format!("{POST}4\nexpect: 100-continue\n\n");
    for (request, waits) in [(none, true), (much, false), (asking, false)] {
        let mut client = Http1::connect().await;
        let started = Instant::now();
        client.send(&request).await;
        let answer = client.answer().await;
        assert!(answer.contains("connection: close"), "{answer}");
        assert_eq!(started.elapsed() >= Duration::from_secs(1), waits);
    }
}
