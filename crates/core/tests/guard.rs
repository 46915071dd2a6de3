//! The plumbing around guards.

use std::{
    convert::Infallible,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{HeaderName, HeaderValue, Request, Response, request::Parts};
use tollbar_core::{Body, Consumer, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Lets those pass who say `please`, and tells how many are left.
#[derive(Clone, Debug)]
struct Polite;

impl Guard for Polite {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        if !head.headers.contains_key("please") {
            return Err(Refusal::new(Kind::Forbidden, "rude", "say please"));
        }
        let consumer = Consumer::new("polite");
        exchange
            .set_consumer(consumer)
            .map_err(|_| Refusal::new(Kind::Unavailable, "twice", "two plans"))?;
        let left = HeaderName::from_static("ratelimit-remaining");
        Ok(Pass::new().with_header(left, HeaderValue::from_static("3")))
    }
}

async fn ask(request: Request<Body>) -> (Response<Body>, usize) {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let inner = service_fn(move |request: Request<Body>| {
        count.fetch_add(1, Ordering::SeqCst);
        let exchange = request.extensions().get::<Exchange>().unwrap();
        assert_eq!(exchange.consumer().unwrap().plan(), "polite");
        ready(Ok::<_, Infallible>(Response::new(Body::from("hello"))))
    });
    let response = GuardLayer::new(Polite).layer(inner).oneshot(request).await;
    (response.unwrap(), calls.load(Ordering::SeqCst))
}

#[tokio::test]
async fn what_passes_reaches_the_service_and_its_headers_the_client() {
    let request = Request::builder().header("please", "1").body(Body::empty());
    let (response, calls) = ask(request.unwrap()).await;
    assert_eq!((response.status().as_u16(), calls), (200, 1));
    assert_eq!(response.headers()["ratelimit-remaining"], "3");
    assert_eq!(response.body().as_bytes().unwrap(), "hello");
}

#[tokio::test]
async fn what_is_refused_does_not_and_is_on_record() {
    let mut request = Request::new(Body::empty());
    let exchange = Exchange::of(request.extensions_mut());
    let (response, calls) = ask(request).await;
    assert_eq!((response.status().as_u16(), calls), (403, 0));
    assert!(!response.headers().contains_key("ratelimit-remaining"));
    assert_eq!(exchange.refusal().unwrap().reason(), "rude");
}

#[tokio::test]
async fn two_plans_for_one_request_are_a_refusal() {
    let stack = GuardLayer::new(Polite).layer(GuardLayer::new(Polite).layer(service_fn(
        |_: Request<Body>| ready(Ok::<_, Infallible>(Response::new(Body::empty()))),
    )));
    let request = Request::builder().header("please", "1").body(Body::empty());
    let response = stack.oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), 503);
}
