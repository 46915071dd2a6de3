//! Servers that do not do what they should.

use std::time::{Duration, Instant};

use tokio::{io::AsyncWriteExt as _, net::TcpListener};
use url::Url;

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{ACTIVE, INTROSPECT, Reply, Scripted, active, reply, status},
};

/// Refuses with 503 and when to come again, having asked once.
async fn fails(answer: Reply) {
    let server = Scripted::answering(answer.clone()).await;
    let limit = Duration::from_millis(300);
    let asking = Asking::new(server.builder().timeout(limit).build().unwrap());
    let (told, after) = asking.ask_about("opaque-t0ken").await;
    assert_eq!(told, UNAVAILABLE, "{answer:?}");
    assert!(
        after.is_some_and(|after| (1..=30).contains(&after)),
        "{after:?}"
    );
    assert_eq!(server.questions(), 1);
}

#[tokio::test]
async fn another_status_than_200_is_a_failure() {
    for code in [
        201, 202, 204, 206, 400, 401, 403, 404, 405, 408, 410, 429, 500, 502, 503, 504,
    ] {
        let content = if code == 204 { "" } else { ACTIVE };
        fails(reply(code, content)).await;
        fails(status(code)).await;
    }
    fails(reply(400, r#"{"error":"invalid_client"}"#)).await;
    fails(reply(401, r#"{"error":"invalid_token","active":false}"#)).await;
}

#[tokio::test]
async fn a_page_is_a_failure() {
    for kind in [
        "text/html",
        "text/plain",
        "application/token-introspection+jwt",
        "x",
    ] {
        fails(active().with_header("content-type", kind)).await;
    }
    fails(reply(200, "<!doctype html>").with_header("content-type", "text/html")).await;
}

#[tokio::test]
async fn an_encoded_answer_is_a_failure() {
    fails(active().with_header("content-encoding", "gzip")).await;
    let server = Scripted::answering(active().with_header("content-encoding", "identity")).await;
    let asking = Asking::new(server.builder().build().unwrap());
    assert_eq!(asking.ask().await, ann());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Scripted::answering(active()).await;
    for code in [301, 302, 303, 307, 308] {
        for location in [
            format!("{}{INTROSPECT}", elsewhere.origin),
            "/elsewhere".to_owned(),
            INTROSPECT.to_owned(),
        ] {
            fails(reply(code, ACTIVE).with_header("location", &location)).await;
        }
    }
    assert_eq!(elsewhere.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    let begun = Instant::now();
    fails(active().after(Duration::from_secs(30))).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Writes these bytes to whoever connects, and then nothing for half a minute.
async fn raw(bytes: &'static [u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(bytes).await;
                tokio::time::sleep(Duration::from_secs(30)).await;
            });
        }
    });
    format!("http://{address}/introspect").parse().unwrap()
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"active\":"[..],
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"act",
        b"HTTP/1.1 200 OK\r\ncontent-",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ] {
        let server = Scripted::answering(active()).await;
        let limit = Duration::from_millis(200);
        let slow = server.builder().timeout(limit);
        let slow = slow.introspection_endpoint(raw(bytes).await).build().unwrap();
        let begun = Instant::now();
        assert_eq!(Asking::new(slow).ask().await, UNAVAILABLE);
        assert!(begun.elapsed() < limit * 10);
    }
}

#[tokio::test]
async fn nobody_listens() {
    // Bound and given back, so that nobody does.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = Scripted::answering(active()).await;
    let gone = format!("http://{address}/introspect").parse().unwrap();
    let gone = server
        .builder()
        .introspection_endpoint(gone)
        .build()
        .unwrap();
    assert_eq!(Asking::new(gone).ask().await, UNAVAILABLE);
    let issuer = format!("http://{address}");
    let all = tollbar_oauth2::AuthorizationServer::builder(issuer).client("gateway", "s3cret");
    assert_eq!(Asking::new(all.build().unwrap()).ask().await, UNAVAILABLE);
}
