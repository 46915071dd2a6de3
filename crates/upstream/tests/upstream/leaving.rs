//! Clients that leave: the exchange with the upstream ends at once.

use std::time::{Duration, Instant};

use http::Response;
use http_body_util::BodyExt as _;
use tokio::{
    io::AsyncWriteExt as _,
    sync::mpsc::{self, Receiver, Sender},
};
use tollbar_core::Body;
use tollbar_upstream::{HttpVersion, Upstream};
use tower::ServiceExt as _;
use url::Url;

use crate::{
    client::{ask, call, listen, within},
    server::{http, raw, read_request, until_closed},
};

/// A server that sends these bytes, then nothing, and reports when it was asked and when the other
/// end closed.
async fn silent_after(bytes: &'static [u8]) -> (Url, Receiver<&'static str>) {
    let (events, report) = mpsc::channel(8);
    let url = raw(move |mut stream| {
        let events = events.clone();
        async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            events.send("asked").await.unwrap();
            until_closed(&mut stream).await;
            events.send("closed").await.unwrap();
        }
    })
    .await;
    (url, report)
}

async fn closes_within_a_second(report: &mut Receiver<&'static str>) {
    let left = Instant::now();
    assert_eq!(within(report.recv()).await, Some("closed"));
    assert!(
        left.elapsed() < Duration::from_secs(1),
        "{:?}",
        left.elapsed()
    );
}

async fn leaves_before_the_head(upstream: Upstream, report: &mut Receiver<&'static str>) {
    let asking = tokio::spawn(upstream.oneshot(call()));
    assert_eq!(within(report.recv()).await, Some("asked"));
    // Nothing but the client's leaving ends it.
    let early = tokio::time::timeout(Duration::from_millis(100), report.recv()).await;
    assert!(early.is_err(), "{early:?}");
    asking.abort();
    closes_within_a_second(report).await;
}

async fn leaves_a_stream(upstream: Upstream, report: &mut Receiver<&'static str>) {
    let response = ask(&upstream, listen()).await;
    let mut body = response.into_body();
    let first = within(body.frame()).await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), ": hi\n\n");
    assert_eq!(within(report.recv()).await, Some("asked"));
    let early = tokio::time::timeout(Duration::from_millis(100), report.recv()).await;
    assert!(early.is_err(), "{early:?}");
    drop(body);
    closes_within_a_second(report).await;
}

#[tokio::test]
async fn before_the_head_over_http1() {
    let (url, mut report) = silent_after(b"").await;
    leaves_before_the_head(Upstream::new(url).unwrap(), &mut report).await;
}

#[tokio::test]
async fn within_a_silent_stream_over_http1() {
    let (url, mut report) = silent_after(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
          6\r\n: hi\n\n\r\n",
    )
    .await;
    leaves_a_stream(Upstream::new(url).unwrap(), &mut report).await;
}

#[tokio::test]
async fn within_a_body_that_nobody_has_begun_to_read() {
    let (url, mut report) =
        silent_after(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfirst").await;
    let response = ask(&Upstream::new(url).unwrap(), call()).await;
    assert_eq!(within(report.recv()).await, Some("asked"));
    drop(response);
    closes_within_a_second(&mut report).await;
}

/// Reports when the server gives up on a stream.
struct OnDrop(Sender<&'static str>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.try_send("closed").unwrap();
    }
}

#[tokio::test]
async fn before_the_head_over_http2() {
    let (events, mut report) = mpsc::channel(8);
    let url = http(move |_| {
        let events = events.clone();
        async move {
            let _on_drop = OnDrop(events.clone());
            events.send("asked").await.unwrap();
            std::future::pending().await
        }
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    leaves_before_the_head(upstream, &mut report).await;
}

#[tokio::test]
async fn within_a_silent_stream_over_http2() {
    let (events, mut report) = mpsc::channel(8);
    let url = http(move |_| {
        let events = events.clone();
        async move {
            events.send("asked").await.unwrap();
            let frames =
                futures_util::stream::unfold((0, OnDrop(events)), |(sent, kept)| async move {
                    if sent == 1 {
                        std::future::pending::<()>().await;
                    }
                    let frame = http_body::Frame::data(bytes::Bytes::from_static(b": hi\n\n"));
                    Some((Ok::<_, std::convert::Infallible>(frame), (sent + 1, kept)))
                });
            Response::new(Body::new(http_body_util::StreamBody::new(frames)))
        }
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    leaves_a_stream(upstream, &mut report).await;
}
