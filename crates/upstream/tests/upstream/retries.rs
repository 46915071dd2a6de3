//! No call is ever sent twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::io::AsyncWriteExt as _;
use tollbar_upstream::Upstream;

use crate::{
    client::{ask, call, refusal, text},
    server::{raw, read_request},
};

/// A server that answers the first request of each connection, then does as told.
async fn after_the_first(second: Second) -> (Upstream, Arc<AtomicUsize>) {
    let received = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&received);
    let url = raw(move |mut stream| {
        let count = Arc::clone(&count);
        async move {
            read_request(&mut stream).await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                .await
                .unwrap();
            if second == Second::CloseWhenRead {
                read_request(&mut stream).await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    })
    .await;
    (Upstream::new(url).unwrap(), received)
}

#[derive(Clone, Copy, PartialEq)]
enum Second {
    CloseWhenRead,
    CloseAtOnce,
}

#[tokio::test]
async fn a_call_that_was_written_is_not_sent_again() {
    let (upstream, received) = after_the_first(Second::CloseWhenRead).await;
    text(ask(&upstream, call()).await).await;
    let (status, reason, _) = refusal(&upstream, call()).await;
    assert_eq!((status, reason.as_str()), (502, "upstream_broken"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(received.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_closed_idle_connection_is_not_noticed_by_clients() {
    let (upstream, received) = after_the_first(Second::CloseAtOnce).await;
    for _ in 0..5 {
        let response = ask(&upstream, call()).await;
        assert_eq!(response.status(), 200);
        text(response).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(received.load(Ordering::SeqCst), 5);
}
