//! The right to an answer ends while the answer is on its way to a client.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tollbar::{
    Server,
    core::{Body, BoxError, Exchange, Grant, Revocation, frame::FrameLayer},
};
use tower::{Layer as _, ServiceExt as _, service_fn};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// An MCP server whose answer never ends, behind a plan that takes the right back as soon as there is a
/// head.
async fn answer(mut request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let revocation = Revocation::new();
    let grant = Grant::new().until_revoked(&revocation);
    Exchange::of(request.extensions_mut())
        .set_grant(grant)
        .unwrap();
    let server = service_fn(|request: Request<Body>| async {
        request.into_body().collect().await?;
        let body = StreamBody::new(stream::pending::<Result<Frame<Bytes>, BoxError>>());
        Response::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::new(body))
            .map_err(BoxError::from)
    });
    let answer = FrameLayer::new().layer(server).oneshot(request).await;
    revocation.revoke();
    Ok(answer.unwrap().map(Body::new))
}

#[tokio::test]
async fn a_head_that_was_given_reaches_the_client_before_its_answer_breaks_off() {
    let listener = Server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Server::new().serve(listener, service_fn(answer), std::future::pending()));
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: \
         application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n{PING}",
        PING.len()
    );
    client.write_all(request.as_bytes()).await.unwrap();
    let mut told = String::new();
    client.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told:?}");
    assert!(!told.ends_with("0\r\n\r\n"), "it ends in order: {told:?}");
}
