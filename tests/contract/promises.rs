//! The promises, each checked for every stack.

use std::{sync::atomic::Ordering, time::Duration};

use http::{Method, Request};
use http_body_util::{BodyExt as _, StreamBody};
use tokio::time::timeout;
use tollbar::core::Body;
use tower::{Service as _, ServiceExt as _, limit::ConcurrencyLimitLayer};

use crate::{
    probe::{Answer, Probe},
    stacks,
};

const SOON: Duration = Duration::from_millis(200);

fn post(body: Body) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(body)
        .unwrap()
}

fn ping() -> Request<Body> {
    post(Body::from(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#))
}

#[tokio::test]
async fn only_a_readied_instance_is_called() {
    for (name, stack) in stacks::all(&Probe::new(Answer::Empty)) {
        // Twice on one instance and once on a clone: the probe panics when it was not ready.
        let mut stack = stack;
        for _ in 0..2 {
            let response = stack.ready().await.unwrap().call(ping()).await.unwrap();
            assert!(response.status().is_success(), "{name}");
        }
        assert!(
            stack
                .clone()
                .oneshot(ping())
                .await
                .unwrap()
                .status()
                .is_success(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_dropped_request_is_dropped_inside() {
    let probe = Probe::new(Answer::Never);
    for (index, (name, stack)) in stacks::all(&probe).into_iter().enumerate() {
        assert!(
            timeout(SOON, stack.oneshot(ping())).await.is_err(),
            "{name}"
        );
        assert_eq!(probe.seen.calls.load(Ordering::SeqCst), index + 1, "{name}");
        assert_eq!(
            probe.seen.dropped_futures.load(Ordering::SeqCst),
            index + 1,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_dropped_answer_is_dropped_inside() {
    let probe = Probe::new(Answer::Endless);
    for (index, (name, stack)) in stacks::all(&probe).into_iter().enumerate() {
        let response = stack.oneshot(ping()).await.unwrap();
        assert_eq!(
            probe.seen.dropped_bodies.load(Ordering::SeqCst),
            index,
            "{name}"
        );
        let mut body = response.into_body();
        assert!(timeout(SOON, body.frame()).await.is_err(), "{name}");
        drop(body);
        assert_eq!(
            probe.seen.dropped_bodies.load(Ordering::SeqCst),
            index + 1,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_slow_body_holds_no_place_inside() {
    use tollbar::core::frame::FrameLayer;
    use tower::Layer as _;

    let one_place = ConcurrencyLimitLayer::new(1).layer(Probe::new(Answer::Empty));
    let stack = FrameLayer::new().layer(one_place);
    let never = StreamBody::new(futures_never());
    let slow = tokio::spawn(stack.clone().oneshot(post(Body::new(never))));
    tokio::time::sleep(SOON).await;
    let quick = timeout(SOON, stack.oneshot(ping())).await;
    assert!(
        quick
            .expect("the slow client holds the only place")
            .unwrap()
            .status()
            .is_success()
    );
    assert!(!slow.is_finished());
    slow.abort();
}

/// The frames of a body that never comes.
fn futures_never()
-> impl futures_core::Stream<Item = Result<http_body::Frame<bytes::Bytes>, std::io::Error>> {
    futures_util::stream::pending()
}
