//! How the server treats connections, and how it stops.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tollbar::{Gateway, Server};
use tollbar_tests::{
    faulty::{Faulty, Step},
    local::Local,
};

const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#;

fn write(text: &str) -> Step {
    Step::Write(text.as_bytes().to_vec())
}

fn chunk(text: &str) -> Step {
    write(&format!("{:x}\r\n{text}\r\n", text.len()))
}

async fn serve(steps: Vec<Step>, server: Server) -> Local {
    let upstream = Faulty::start(steps).await;
    Local::serve(Gateway::to(&upstream.url()).unwrap().into_service(), server)
}

/// Reads until the other side closes; `None` when it does not.
async fn closed(stream: &mut TcpStream, within: Duration) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    timeout(within, stream.read_to_end(&mut read))
        .await
        .ok()?
        .ok()?;
    Some(read)
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_a_head_is_closed() {
    let server = Server::new().header_timeout(Duration::from_millis(300));
    let gateway = serve(vec![Step::Hang], server).await;
    for begin in [
        "",
        "PRI * HTTP/2.0\r\n",
        "POST /mcp HTT",
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\nx: ",
    ] {
        let mut stream = TcpStream::connect(gateway.address).await.unwrap();
        stream.write_all(begin.as_bytes()).await.unwrap();
        let read = closed(&mut stream, Duration::from_secs(5)).await;
        assert!(read.is_some(), "`{begin}` holds a connection");
    }
}

#[tokio::test]
async fn connections_over_the_bound_wait() {
    let gateway = serve(vec![Step::Hang], Server::new().max_connections(1)).await;
    let ping = "GET /mcp HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    let first = TcpStream::connect(gateway.address).await.unwrap();
    let mut second = TcpStream::connect(gateway.address).await.unwrap();
    second.write_all(ping.as_bytes()).await.unwrap();
    assert!(
        closed(&mut second, Duration::from_millis(300))
            .await
            .is_none()
    );
    drop(first);
    let answer = closed(&mut second, Duration::from_secs(5)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 403"));
}

#[tokio::test]
async fn http2_is_served_without_tls() {
    let json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let gateway = serve(vec![write(json)], Server::new()).await;
    let executor = hyper_util::rt::TokioExecutor::new();
    let client = hyper_util::client::legacy::Client::builder(executor)
        .http2_only(true)
        .build_http::<Full<Bytes>>();
    let request = http::Request::post(format!("http://{}/mcp", gateway.address))
        .header("content-type", "application/json")
        .body(Full::from(CALL))
        .unwrap();
    let response = client.request(request).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "{}"
    );
}

#[tokio::test]
async fn a_server_that_stops_lets_calls_finish_and_accepts_no_more() {
    let steps = vec![
        write(STREAM),
        chunk("data: 1\n\n"),
        Step::Wait(Duration::from_millis(500)),
        chunk("data: 2\n\n"),
        write("0\r\n\r\n"),
    ];
    let mut gateway = serve(steps, Server::new()).await;
    let mut body = gateway.post(CALL).await.into_body();
    assert!(body.frame().await.unwrap().is_ok());
    gateway.stop();
    let rest = body.collect().await.unwrap().to_bytes();
    assert_eq!(rest, "data: 2\n\n");
    let refused = timeout(Duration::from_secs(5), async {
        while TcpStream::connect(gateway.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(refused.await.is_ok(), "it still accepts connections");
}

#[tokio::test]
async fn a_server_that_stops_ends_streams_that_never_end() {
    let mut gateway = serve(
        vec![write(STREAM), chunk(": open\n\n"), Step::Hang],
        Server::new(),
    )
    .await;
    let listen = http::Request::get(format!("http://{}/mcp", gateway.address))
        .header("accept", "text/event-stream")
        .body(Full::default())
        .unwrap();
    let mut body = gateway.send(listen).await.into_body();
    assert!(body.frame().await.unwrap().is_ok());
    gateway.stop();
    let end = timeout(Duration::from_secs(5), body.collect()).await;
    assert!(
        end.expect("the stream does not end").is_ok(),
        "it must not break"
    );
}

#[tokio::test]
async fn a_call_that_does_not_finish_is_cut_at_the_drain_timeout() {
    let server = Server::new().drain_timeout(Duration::from_millis(300));
    let mut gateway = serve(
        vec![write(STREAM), chunk("data: 1\n\n"), Step::Hang],
        server,
    )
    .await;
    let mut body = gateway.post(CALL).await.into_body();
    assert!(body.frame().await.unwrap().is_ok());
    let begun = Instant::now();
    gateway.stop();
    let end = timeout(Duration::from_secs(5), body.collect())
        .await
        .expect("it is not cut");
    assert!(end.is_err(), "what was cut looks complete");
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_preflight_is_answered_before_anything_else() {
    let gateway = serve(vec![Step::Hang], Server::new()).await;
    let preflight = |origin: &str| {
        http::Request::options(format!("http://{}/mcp", gateway.address))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization, content-type, mcp-protocol-version, mcp-param-region",
            )
            .body(Full::<Bytes>::default())
            .unwrap()
    };
    let response = gateway.send(preflight("http://localhost:6274")).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(
        headers["access-control-allow-origin"],
        "http://localhost:6274"
    );
    assert!(
        headers["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("mcp-param-region")
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("DELETE")
    );
    let foreign = gateway.send(preflight("https://evil.example")).await;
    assert!(
        !foreign
            .headers()
            .contains_key("access-control-allow-origin")
    );

    // A refusal can be read by an allowed page too.
    let bad = http::Request::post(format!("http://{}/mcp", gateway.address))
        .header("origin", "http://localhost:6274")
        .header("content-type", "text/plain")
        .body(Full::from("x"))
        .unwrap();
    let refused = gateway.send(bad).await;
    assert_eq!(refused.status(), 415);
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        "http://localhost:6274"
    );
    let exposed = refused.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(exposed.contains("mcp-session-id") && exposed.contains("www-authenticate"));
}
