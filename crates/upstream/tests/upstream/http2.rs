//! HTTP/2 with prior knowledge.

use std::{sync::Arc, time::Duration};

use http::{Response, Version};
use http_body_util::BodyExt as _;
use tokio::sync::{Barrier, Mutex, Notify};
use tollbar_core::Body;
use tollbar_upstream::{HttpVersion, Upstream};

use crate::{
    client::{CALL, ask, call, listen, refusal, text, within},
    server::{fixed, http},
};

#[tokio::test]
async fn exchanges_share_one_connection() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let (by_server, together) = (Arc::clone(&heads), Arc::new(Barrier::new(8)));
    let url = http(move |request| {
        let (heads, together) = (Arc::clone(&by_server), Arc::clone(&together));
        async move {
            let (head, body) = request.into_parts();
            heads.lock().await.push(head);
            let body = body.collect().await.unwrap().to_bytes();
            together.wait().await;
            Response::new(Body::from(body))
        }
    })
    .await;
    let upstream = Upstream::builder(url.clone())
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let upstream = upstream.clone();
            tokio::spawn(async move { text(ask(&upstream, call()).await).await })
        })
        .collect();
    for answer in asking {
        assert_eq!(within(answer).await.unwrap(), CALL);
    }
    for head in heads.lock().await.iter() {
        assert_eq!(head.version, Version::HTTP_2);
        assert_eq!(head.uri.authority().unwrap().as_str(), url.authority());
        assert!(!head.headers.contains_key("host"), "{:?}", head.headers);
        assert_eq!(
            head.headers["content-length"],
            CALL.len().to_string().as_str()
        );
    }
}

#[tokio::test]
async fn clients_that_do_not_read_do_not_stop_the_others() {
    let url = http(|request| async move {
        if request.method() == http::Method::POST {
            return Response::new(Body::from("{}"));
        }
        let endless = futures_util::stream::repeat_with(|| {
            let data = bytes::Bytes::from_static(&[b'x'; 16 * 1024]);
            Ok::<_, std::convert::Infallible>(http_body::Frame::data(data))
        });
        Response::new(Body::new(http_body_util::StreamBody::new(endless)))
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    let mut unread = Vec::new();
    for _ in 0..40 {
        unread.push(ask(&upstream, listen()).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..3 {
        assert_eq!(text(ask(&upstream, call()).await).await, "{}");
    }
    assert_eq!(unread.len(), 40);
}

/// What a client reads of a stream that is reset after its first half.
async fn reset(reason: h2::Reason) -> Result<(), String> {
    let half_read = Arc::new(Notify::new());
    let reader = Arc::clone(&half_read);
    let url = http(move |_| {
        let half_read = Arc::clone(&half_read);
        async move {
            let frames = futures_util::stream::unfold(false, move |broken| {
                let half_read = Arc::clone(&half_read);
                async move {
                    if broken {
                        half_read.notified().await;
                        return Some((Err(h2::Error::from(reason)), true));
                    }
                    let data = bytes::Bytes::from_static(b"half");
                    Some((Ok(http_body::Frame::data(data)), true))
                }
            });
            Response::new(Body::new(http_body_util::StreamBody::new(Box::pin(frames))))
        }
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    let mut body = ask(&upstream, listen()).await.into_body();
    let half = within(body.frame()).await.unwrap().unwrap();
    assert_eq!(half.into_data().unwrap(), "half");
    reader.notify_one();
    match within(body.frame()).await {
        Some(Ok(_)) => panic!("more came"),
        Some(Err(error)) => Err(error.to_string()),
        None => Ok(()),
    }
}

#[tokio::test]
async fn a_reset_stream_is_an_error_of_the_body() {
    for reason in [
        h2::Reason::INTERNAL_ERROR,
        h2::Reason::CANCEL,
        h2::Reason::NO_ERROR,
    ] {
        let error = reset(reason).await.expect_err(reason.description());
        assert_eq!(error, "the MCP server's answer broke off before its end");
    }
}

#[tokio::test]
async fn trailers_pass_in_neither_direction() {
    let late = || {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("x-late", http::HeaderValue::from_static("1"));
        http_body::Frame::<bytes::Bytes>::trailers(trailers)
    };
    let body = move |text: &'static str| {
        let frames = [
            Ok::<_, std::io::Error>(http_body::Frame::data(text.into())),
            Ok(late()),
        ];
        Body::new(http_body_util::StreamBody::new(futures_util::stream::iter(
            frames,
        )))
    };
    let url = http(move |request| async move {
        let whole = request.into_body().collect().await.unwrap();
        let trailed = whole.trailers().is_some();
        assert_eq!(whole.to_bytes(), "{}");
        Response::new(body(if trailed { "with trailers" } else { "without" }))
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    let mut request = call();
    *request.body_mut() = body("{}");
    let whole = within(ask(&upstream, request).await.into_body().collect())
        .await
        .unwrap();
    assert!(whole.trailers().is_none());
    assert_eq!(whole.to_bytes(), "without");
}

#[tokio::test]
async fn a_server_of_http1_only_is_broken_to_http2() {
    let (url, _) = fixed("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let upstream = Upstream::builder(url)
        .http_version(HttpVersion::Http2)
        .build()
        .unwrap();
    let (status, reason, _) = refusal(&upstream, call()).await;
    assert_eq!((status, reason.as_str()), (502, "upstream_broken"));
}
