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

#[derive(Clone)]
struct Changing(fn() -> Pass);

impl Guard for Changing {
    async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
        Ok((self.0)())
    }
}

/// The request's headers as the service sees them, behind this guard.
async fn seen(guard: impl Guard) -> http::HeaderMap {
    let seen = Arc::new(std::sync::Mutex::new(None));
    let note = Arc::clone(&seen);
    let service = service_fn(move |request: Request<Body>| {
        *note.lock().unwrap() = Some(request.headers().clone());
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let request = Request::builder()
        .header("x-a", "1")
        .header("x-a", "2")
        .header("x-b", "3")
        .header("x-c", "4");
    let request = request.body(Body::empty()).unwrap();
    let stack = GuardLayer::new(guard).layer(service);
    stack.oneshot(request).await.unwrap();
    seen.lock().unwrap().take().unwrap()
}

fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

fn value(value: &'static str) -> HeaderValue {
    HeaderValue::from_static(value)
}

#[tokio::test]
async fn a_pass_takes_headers_off_the_request_and_sets_others() {
    let headers = seen(Changing(|| {
        Pass::new()
            .without_request_header(name("x-a"))
            .without_request_header(name("x-b"))
            .with_request_header(name("x-c"), value("5"))
            .with_request_header(name("x-d"), value("6"))
            .with_request_header(name("x-c"), value("7"))
    }))
    .await;
    assert!(!headers.contains_key("x-a") && !headers.contains_key("x-b"));
    let lines: Vec<_> = headers.get_all("x-c").iter().collect();
    assert_eq!(lines, ["7"]);
    assert_eq!(headers["x-d"], "6");
}

#[tokio::test]
async fn a_pair_of_guards_changes_what_both_change() {
    let first = Changing(|| {
        Pass::new()
            .without_request_header(name("x-a"))
            .with_request_header(name("x-c"), value("first"))
    });
    let second = Changing(|| {
        Pass::new()
            .without_request_header(name("x-b"))
            .with_request_header(name("x-d"), value("second"))
            .with_request_header(name("x-c"), value("second"))
    });
    let headers = seen((first, Some(second))).await;
    assert!(!headers.contains_key("x-a") && !headers.contains_key("x-b"));
    assert_eq!(headers["x-c"], "second");
    assert_eq!(headers["x-d"], "second");
    let headers = seen(None::<Changing>).await;
    assert_eq!(headers.len(), 4);
}
