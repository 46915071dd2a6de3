//! Endpoints that do not do what they should.

use std::time::{Duration, Instant};

use http::Response;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tollbar_oauth2::ClientCredentials;
use url::Url;

use crate::endpoint::{NONE, TOKEN, answering, builder, issuing, json, slow, value};

/// Refuses twice, and asks the endpoint only for the first time.
async fn has_none(credentials: &ClientCredentials) {
    assert_eq!(value(credentials).await, NONE);
    assert_eq!(value(credentials).await, NONE);
}

/// An endpoint that reads one request and then writes these bytes, for ever if so asked.
async fn raw(bytes: &'static [u8], again: bool) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            while stream.write_all(bytes).await.is_ok() && again {}
        }
    });
    format!("http://{address}/token").parse().unwrap()
}

#[tokio::test]
async fn nobody_listens() {
    // Bound and given back, so that nobody does.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{address}/token").parse().unwrap();
    has_none(&builder(&url).build().unwrap()).await;
}

#[tokio::test]
async fn an_endpoint_that_comes_back_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/token", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let pause = Duration::from_millis(50);
    let credentials = builder(&url).retry(pause, pause).build().unwrap();
    tokio::spawn(async move {
        // The first connection ends without a word.
        drop(listener.accept().await);
        let (stream, _) = listener.accept().await.unwrap();
        crate::endpoint::serve(stream, json(200, TOKEN), Duration::ZERO, <_>::default()).await;
    });
    has_none(&credentials).await;
    tokio::time::sleep(pause).await;
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_given_up() {
    let endpoint = slow(json(200, TOKEN), Duration::from_secs(60)).await;
    let limit = Duration::from_millis(200);
    let credentials = endpoint.builder().timeout(limit).build().unwrap();
    let begun = Instant::now();
    has_none(&credentials).await;
    assert!(begun.elapsed() >= limit && begun.elapsed() < limit * 20);
    assert_eq!(endpoint.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_that_trickles_is_given_up() {
    let url = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{", false).await;
    let limit = Duration::from_millis(200);
    has_none(&builder(&url).timeout(limit).build().unwrap()).await;
}

#[tokio::test]
async fn a_huge_answer_is_not_read() {
    let padded = |length: usize| format!("{TOKEN}{}", " ".repeat(length - TOKEN.len()));
    let fits = issuing(&padded(64 * 1024)).await;
    assert!(value(&fits.builder().build().unwrap()).await.is_ok());
    let huge = issuing(&padded(64 * 1024 + 1)).await;
    has_none(&huge.builder().build().unwrap()).await;
    let raised = huge.builder().answer_limit(64 * 1024 + 1).build().unwrap();
    assert!(value(&raised).await.is_ok());
    let small = issuing(TOKEN).await;
    let lowered = small.builder().answer_limit(10).build().unwrap();
    has_none(&lowered).await;
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    for endless in [
        raw(b"HTTP/1.1 200 OK\r\n\r\n ", true).await,
        raw(b"x", true).await,
    ] {
        let credentials = builder(&endless).timeout(Duration::from_secs(5)).build();
        let begun = Instant::now();
        has_none(&credentials.unwrap()).await;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn what_is_no_answer_is_no_token() {
    for bytes in [
        &b"SSH-2.0-OpenSSH\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{}",
        b"\x16\x03\x01\x00\x00",
        b"",
    ] {
        let url = raw(bytes, false).await;
        let credentials = builder(&url).timeout(Duration::from_secs(1)).build();
        has_none(&credentials.unwrap()).await;
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = issuing(TOKEN).await;
    for status in [301, 302, 303, 307, 308] {
        let mut answer = json(status, TOKEN);
        let location = elsewhere.url.as_str().parse().unwrap();
        answer.headers_mut().insert("location", location);
        let endpoint = answering(answer).await;
        has_none(&endpoint.builder().build().unwrap()).await;
        assert_eq!(endpoint.asked().len(), 1);
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn another_status_than_200_is_no_token() {
    for status in [201, 204, 400, 401, 403, 404, 429, 500, 503] {
        let content = if status == 204 { "" } else { TOKEN };
        let endpoint = answering(json(status, content)).await;
        has_none(&endpoint.builder().build().unwrap()).await;
        assert_eq!(endpoint.asked().len(), 1);
    }
    let page = Response::builder().header("content-type", "text/html");
    let endpoint = answering(page.body(TOKEN.to_owned()).unwrap()).await;
    has_none(&endpoint.builder().build().unwrap()).await;
}

/// Of two values one parser takes the first, and another one the last.
#[tokio::test]
async fn what_stands_after_an_answer_spoils_it() {
    for rest in ["x", "{}", "\0", &format!(" {TOKEN}"), "\n,"] {
        let endpoint = issuing(&format!("{TOKEN}{rest}")).await;
        has_none(&endpoint.builder().build().unwrap()).await;
    }
    let endpoint = issuing(&format!(" {TOKEN}\r\n\t ")).await;
    let credentials = endpoint.builder().build().unwrap();
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");
}
