//! In the wrong place nothing passes.

use std::{convert::Infallible, future::ready};

use http::{Request, Response};
use tollbar_core::{Body, Exchange};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::support::{Answer, Sender, ann, legacy, send, tasks};

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

#[tokio::test]
async fn without_consumer_or_frame_nothing_passes() {
    let nobody = Sender {
        consumer: None,
        session: None,
    };
    let outcome = send(&tasks("mock"), nobody, legacy(LIST), Answer::json("{}")).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (503, Some("task_unbound"))
    );
    assert!(outcome.seen.is_none());

    let server =
        service_fn(|_: Request<Body>| ready(Ok::<_, Infallible>(Response::new(Body::empty()))));
    let mut request = legacy(LIST);
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(ann()).unwrap();
    let stack = tasks("mock").layer(server);
    let response = stack.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(exchange.refusal().unwrap().reason(), "task_unbound");
}

#[test]
fn the_secret_is_not_shown() {
    let shown = format!("{:?} {:?}", tasks("mock"), tasks("mock").guard());
    assert!(!shown.contains('7'), "{shown}");
}
