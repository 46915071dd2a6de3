//! Servers that are not there, or answer nonsense, or nothing.

use std::{sync::Arc, time::Duration};

use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::{io::AsyncWriteExt as _, net::TcpSocket};
use tollbar_core::Body;
use tollbar_upstream::{HttpVersion, Upstream};
use url::Url;

use crate::{
    client::{call, refusal},
    server::{bind, fixed, raw, read_request, until_closed},
};

async fn refused(url: Url) -> (u16, String) {
    let (status, reason, _) = refusal(&Upstream::new(url).unwrap(), call()).await;
    (status, reason)
}

fn is(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}

#[tokio::test]
async fn nobody_listens() {
    let (listener, url) = bind().await;
    drop(listener);
    assert_eq!(refused(url).await, is(502, "upstream_unreachable"));
}

#[tokio::test]
async fn the_name_does_not_exist() {
    // Longer than a label of DNS may be, so that no resolver is asked.
    let url = format!("http://{}/mcp", "a".repeat(64)).parse().unwrap();
    assert_eq!(refused(url).await, is(502, "upstream_unresolved"));
}

#[tokio::test]
async fn connections_are_never_accepted() {
    // A full backlog: the kernel drops further connection requests.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let _listener = socket.listen(1).unwrap();
    let mut fillers = Vec::new();
    for _ in 0..4 {
        let connecting = tokio::net::TcpStream::connect(address);
        fillers.push(tokio::time::timeout(Duration::from_millis(100), connecting).await);
    }
    let url = format!("http://{address}/mcp").parse().unwrap();
    let upstream = Upstream::builder(url)
        .connect_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let (status, reason, _) = refusal(&upstream, call()).await;
    assert_eq!((status, reason), is(504, "upstream_connect_timeout"));
}

#[tokio::test]
async fn no_answer_comes_in_time_and_the_connection_is_closed() {
    let (closed, mut is_closed) = tokio::sync::mpsc::channel(1);
    let url = raw(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await.unwrap();
            // Half a head is no answer either.
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-")
                .await
                .unwrap();
            until_closed(&mut stream).await;
            closed.send(()).await.unwrap();
        }
    })
    .await;
    let upstream = Upstream::builder(url)
        .head_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let (status, reason, message) = refusal(&upstream, call()).await;
    assert_eq!((status, reason), is(504, "upstream_timeout"));
    assert!(message.contains("200ms"), "{message}");
    crate::client::within(is_closed.recv()).await.unwrap();
}

#[tokio::test]
async fn the_connection_closes_before_an_answer() {
    let url = raw(|mut stream| async move {
        read_request(&mut stream).await.unwrap();
    })
    .await;
    assert_eq!(refused(url).await, is(502, "upstream_broken"));
    let at_once = raw(|stream| async move { drop(stream) }).await;
    assert_eq!(refused(at_once).await, is(502, "upstream_broken"));
    let within_head = fixed("HTTP/1.1 200 OK\r\nserver: half").await.0;
    assert_eq!(refused(within_head).await, is(502, "upstream_broken"));
}

#[tokio::test]
async fn the_answer_is_not_http() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.9\r\n",
        "{\"jsonrpc\":\"2.0\"}\r\n\r\n",
        "HTTP/1.1 2000 Many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: mcp-session-id\r\nMcp-Session-Id: s\r\nContent-Length: 0\r\n\r\n",
    ] {
        let (url, _) = fixed(garbage).await;
        assert_eq!(
            refused(url).await,
            is(502, "upstream_malformed"),
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn the_head_of_the_answer_is_too_large() {
    let long = format!(
        "HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n",
        "x".repeat(300_000)
    );
    let (url, _) = fixed(long.clone()).await;
    assert_eq!(refused(url).await, is(502, "upstream_head_too_large"));
    let (url, _) = fixed(long).await;
    let roomy = Upstream::builder(url).head_limit(400_000).build().unwrap();
    assert_eq!(crate::client::ask(&roomy, call()).await.status(), 200);

    let many: String = (0..99).map(|line| format!("x-{line}: y\r\n")).collect();
    let many = format!("HTTP/1.1 200 OK\r\n{many}content-length: 0\r\ny: y\r\n\r\n");
    let (url, _) = fixed(many.clone()).await;
    assert_eq!(refused(url).await, is(502, "upstream_head_too_large"));
    let (url, _) = fixed(many).await;
    let roomy = Upstream::builder(url)
        .max_header_lines(101)
        .build()
        .unwrap();
    assert_eq!(crate::client::ask(&roomy, call()).await.status(), 200);
}

#[tokio::test]
async fn the_protocol_is_never_switched() {
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\ncontent-length: 0\r\n\r\n";
    let (url, seen) = fixed(upgrade).await;
    let mut request = call();
    request
        .headers_mut()
        .insert("upgrade", "x".parse().unwrap());
    request
        .headers_mut()
        .insert("connection", "upgrade".parse().unwrap());
    let (status, reason, _) = refusal(&Upstream::new(url).unwrap(), request).await;
    assert_eq!((status, reason), is(502, "upstream_upgrade"));
    assert!(
        !seen.requests()[0].contains("pgrade"),
        "{:?}",
        seen.requests()
    );
}

#[tokio::test]
async fn an_interim_answer_is_not_the_answer() {
    let (url, _) = fixed(
        "HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let response = crate::client::ask(&Upstream::new(url).unwrap(), call()).await;
    assert_eq!(response.status(), 202);
    assert!(!response.headers().contains_key("link"));
}

#[tokio::test]
async fn the_body_of_the_request_breaks_off() {
    for version in [HttpVersion::Http1, HttpVersion::Http2] {
        let (reached, mut ended) = tokio::sync::mpsc::channel(1);
        let url = crate::server::http(move |request| {
            let reached = reached.clone();
            async move {
                let body = http_body_util::BodyExt::collect(request.into_body()).await;
                reached.send(body.is_err()).await.unwrap();
                std::future::pending().await
            }
        })
        .await;
        let upstream = Upstream::builder(url)
            .http_version(version)
            .build()
            .unwrap();
        let gate = Arc::new(tokio::sync::Notify::new());
        let mut request = call();
        let frames = stream::unfold(0, move |step| {
            let gate = Arc::clone(&gate);
            async move {
                // The first frame must be on its way before the break.
                if step == 1 {
                    let _ = tokio::time::timeout(Duration::from_millis(50), gate.notified()).await;
                }
                let frame = match step {
                    0 => Ok(Frame::data("{".into())),
                    1 => Err(std::io::Error::other("the client left")),
                    _ => return None,
                };
                Some((frame, step + 1))
            }
        });
        *request.body_mut() = Body::new(StreamBody::new(Box::pin(frames)));
        let (status, reason, _) = refusal(&upstream, request).await;
        assert_eq!((status, reason), is(400, "body_broken"), "{version:?}");
        let broken = crate::client::within(ended.recv()).await;
        // HTTP/1.1 may close before the server has read the head.
        assert_ne!(
            broken,
            Some(false),
            "{version:?}: the upstream took it for whole"
        );
    }
}

#[tokio::test]
async fn methods_that_would_tunnel_or_reflect_are_refused() {
    let (url, seen) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let upstream = Upstream::new(url).unwrap();
    for method in ["CONNECT", "TRACE"] {
        let mut request = call();
        *request.method_mut() = method.parse().unwrap();
        let (status, reason, _) = refusal(&upstream, request).await;
        assert_eq!((status, reason), is(405, "method_not_allowed"));
    }
    assert_eq!(seen.connections(), 0);
}
