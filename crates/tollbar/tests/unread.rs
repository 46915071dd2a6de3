//! A request that is answered before its body is here, over HTTP/2.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use http::{Request, Response, StatusCode};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tollbar::{Server, core::Body};
use tower::service_fn;

const SOON: Duration = Duration::from_millis(300);

/// A connection to a server that refuses everything by its head.
async fn connect() -> SendRequest<Bytes> {
    let listener = Server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let refuse = service_fn(|request: Request<Body>| async {
        drop(request);
        let response = Response::builder().status(401).body(Body::from("no"));
        Ok::<_, Infallible>(response.unwrap())
    });
    tokio::spawn(Server::new().serve(listener, refuse, std::future::pending()));
    let stream = TcpStream::connect(address).await.unwrap();
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
