//! The bound on exchanges that are under way.

use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use tollbar_upstream::Upstream;
use tower::ServiceExt as _;
use url::Url;

use crate::{
    client::{ask, call, listen, refusal, text},
    server::{fixed, raw, read_request, until_closed},
};
use tokio::io::AsyncWriteExt as _;

/// An upstream with one place, whose server begins an answer and never ends it.
async fn one_place(wait: Duration) -> Upstream {
    let url = raw(|mut stream| async move {
        read_request(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1")
            .await
            .unwrap();
        until_closed(&mut stream).await;
    })
    .await;
    build(url, wait)
}

fn build(url: Url, wait: Duration) -> Upstream {
    Upstream::builder(url)
        .max_exchanges(1)
        .place_timeout(wait)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_full_upstream_refuses_after_the_wait() {
    let wait = Duration::from_millis(1500);
    let upstream = one_place(wait).await;
    let first = ask(&upstream, listen()).await;
    assert_eq!(first.status(), 200);

    let asked = Instant::now();
    let second = ask(&upstream, call()).await;
    assert!(asked.elapsed() >= wait, "{:?}", asked.elapsed());
    assert_eq!(second.status(), 503);
    assert_eq!(second.headers()["retry-after"], "2");
}

#[tokio::test]
async fn a_clone_shares_the_places() {
    let upstream = one_place(Duration::ZERO).await;
    let _first = ask(&upstream, listen()).await;
    let (status, reason, _) = refusal(&upstream.clone(), call()).await;
    assert_eq!((status, reason.as_str()), (503, "upstream_busy"));
}

#[tokio::test]
async fn a_place_is_free_again_when_the_answer_is_dropped() {
    let upstream = one_place(Duration::from_secs(5)).await;
    let first = ask(&upstream, listen()).await;
    let second = tokio::spawn(upstream.clone().oneshot(listen()));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_place_is_free_again_when_the_answer_has_ended() {
    let (url, _) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let upstream = build(url, Duration::ZERO);
    let mut first = ask(&upstream, call()).await;
    // Held until the end of the body, and no longer even when the body itself is kept.
    assert_eq!(refusal(&upstream, call()).await.0, 503);
    while first.body_mut().frame().await.is_some() {}
    assert_eq!(text(ask(&upstream, call()).await).await, "{}");

    // An answer without content holds none at all.
    let (url, _) = fixed("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
    let upstream = build(url, Duration::ZERO);
    let _kept = (ask(&upstream, call()).await, ask(&upstream, call()).await);
    assert_eq!(ask(&upstream, call()).await.status(), 202);
}

#[tokio::test]
async fn a_place_is_free_again_after_a_failure_and_after_a_client_left() {
    let (listener, url) = crate::server::bind().await;
    drop(listener);
    let upstream = build(url, Duration::ZERO);
    for _ in 0..3 {
        assert_eq!(refusal(&upstream, call()).await.1, "upstream_unreachable");
    }

    let upstream = build(
        raw(|mut stream| async move { until_closed(&mut stream).await }).await,
        Duration::ZERO,
    );
    let asking = tokio::spawn(upstream.clone().oneshot(call()));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(refusal(&upstream, call()).await.1, "upstream_busy");
    asking.abort();
    assert!(asking.await.is_err());
    let again = tokio::time::timeout(Duration::from_millis(100), upstream.oneshot(call())).await;
    assert!(again.is_err(), "it was refused, or answered by nobody");
}
