//! Bodies that break off, and bodies that nobody reads.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http_body_util::BodyExt as _;
use tokio::io::AsyncWriteExt as _;
use tollbar_core::Body;
use tollbar_upstream::{HttpVersion, Upstream};

use crate::{
    client::{ask, listen, text, within},
    server::{fixed, http, raw, read_request},
};

async fn collected(answer: &'static str) -> Result<String, String> {
    let url = raw(move |mut stream| async move {
        read_request(&mut stream).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    let response = ask(&Upstream::new(url).unwrap(), listen()).await;
    assert_eq!(response.status(), 200);
    match within(response.into_body().collect()).await {
        Ok(whole) => Ok(String::from_utf8(whole.to_bytes().to_vec()).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error() {
    for broken in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n123",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\nzzz\r\n",
    ] {
        let error = collected(broken).await.expect_err(broken);
        assert_eq!(error, "the MCP server's answer broke off before its end");
    }
}

#[tokio::test]
async fn a_body_that_ends_is_no_error() {
    for whole in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\nx-late: 1\r\n\r\n",
        // The end of the connection is the only end that this has.
        "HTTP/1.0 200 OK\r\n\r\n12345",
    ] {
        assert_eq!(collected(whole).await.as_deref(), Ok("12345"), "{whole}");
    }
}

#[tokio::test]
async fn trailers_of_an_answer_do_not_pass() {
    let (url, _) = fixed(
        "HTTP/1.1 200 OK\r\ntrailer: x-late\r\ntransfer-encoding: chunked\r\n\r\n\
         1\r\na\r\n0\r\nx-late: 1\r\n\r\n",
    )
    .await;
    let response = ask(&Upstream::new(url).unwrap(), listen()).await;
    for name in ["trailer", "transfer-encoding", "x-late"] {
        assert!(!response.headers().contains_key(name), "{name}");
    }
    let whole = within(response.into_body().collect()).await.unwrap();
    assert!(whole.trailers().is_none());
    assert_eq!(whole.to_bytes(), "a");
}

#[tokio::test]
async fn a_length_that_chunks_override_does_not_pass() {
    let (url, _) = fixed(
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    )
    .await;
    let response = ask(&Upstream::new(url).unwrap(), listen()).await;
    assert!(!response.headers().contains_key("content-length"));
    assert_eq!(text(response).await, "a");
}

#[tokio::test]
async fn a_stream_may_be_silent_for_longer_than_any_timeout() {
    let url = raw(|mut stream| async move {
        read_request(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1")
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        stream.write_all(b"2").await.unwrap();
    })
    .await;
    let short = Duration::from_millis(200);
    let upstream = Upstream::builder(url)
        .connect_timeout(short)
        .head_timeout(short)
        .idle_timeout(short)
        .place_timeout(short)
        .build()
        .unwrap();
    assert_eq!(text(ask(&upstream, listen()).await).await, "12");
}

/// An upstream that writes as fast as it may, and counts.
async fn endless(version: HttpVersion) -> (Upstream, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    const CHUNK: &[u8] = &[b'x'; 64 * 1024];
    struct Ended(Arc<AtomicUsize>);
    impl Drop for Ended {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let (produced, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, at_end) = (Arc::clone(&produced), Arc::clone(&ended));
    let url = http(move |_| {
        let (count, ended) = (Arc::clone(&count), Ended(Arc::clone(&at_end)));
        async move {
            let frames = futures_util::stream::repeat_with(move || {
                let _ = &ended;
                count.fetch_add(CHUNK.len(), Ordering::SeqCst);
                Ok::<_, std::convert::Infallible>(http_body::Frame::data(CHUNK.into()))
            });
            http::Response::new(Body::new(http_body_util::StreamBody::new(frames)))
        }
    })
    .await;
    let upstream = Upstream::builder(url)
        .http_version(version)
        .build()
        .unwrap();
    (upstream, produced, ended)
}

/// Waits until the upstream can write no more.
async fn until_stalled(produced: &AtomicUsize) -> usize {
    let mut before = 0;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = produced.load(Ordering::SeqCst);
        if now > 0 && now == before {
            return now;
        }
        before = now;
    }
    panic!("{before} bytes were produced for a client that reads nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_answer_waits_for_its_client() {
    // Over HTTP/1.1 the kernel's socket buffers are the bound, over HTTP/2 the stream's window.
    for (version, bound) in [
        (HttpVersion::Http1, 64 << 20),
        (HttpVersion::Http2, 2 << 20),
    ] {
        let (upstream, produced, ended) = endless(version).await;
        let response = ask(&upstream, listen()).await;
        let stalled = until_stalled(&produced).await;
        assert!(stalled < bound, "{version:?}: {stalled} bytes");

        // A client that reads on lets the upstream go on.
        let mut body = response.into_body();
        let mut read = 0;
        while read < stalled + (4 << 20) {
            read += within(body.frame())
                .await
                .unwrap()
                .unwrap()
                .into_data()
                .unwrap()
                .len();
        }
        assert!(produced.load(Ordering::SeqCst) > stalled);

        assert_eq!(ended.load(Ordering::SeqCst), 0);
        drop(body);
        for _ in 0..100 {
            if ended.load(Ordering::SeqCst) == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(
            ended.load(Ordering::SeqCst),
            1,
            "{version:?}: the upstream goes on"
        );
    }
}
