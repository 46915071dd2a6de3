//! One event for every exchange, however it ends.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use tollbar_analytics::{Analytics, AnalyticsLayer, Ended, Event};
use tollbar_core::{Body, BoxError, Connection, Drain, Exchange, frame::FrameLayer};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

type Events = Arc<Mutex<Vec<Arc<Event>>>>;

/// A service that answers in this way, and the events of its exchanges.
fn recorded<A, F>(
    answer: A,
) -> (
    Events,
    Analytics<impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone>,
)
where
    A: Fn(Request<Body>) -> F + Clone,
    F: Future<Output = Response<Body>>,
{
    let events = Events::default();
    let seen = Arc::clone(&events);
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .proxy("mock")
        .proxy_version("2");
    let service = service_fn(move |request| {
        let answer = answer(request);
        async move { Ok(answer.await) }
    });
    (events, layer.layer(service))
}

fn request() -> Request<Body> {
    Request::post("/mcp").body(Body::empty()).unwrap()
}

fn one(events: &Events) -> Arc<Event> {
    let events = events.lock().unwrap();
    assert_eq!(events.len(), 1);
    events[0].clone()
}

fn body(frames: Vec<Result<&'static str, BoxError>>) -> Body {
    let frames = frames
        .into_iter()
        .map(|frame| frame.map(|text| http_body::Frame::data(Bytes::from(text))));
    Body::new(StreamBody::new(futures_util::stream::iter(frames)))
}

#[tokio::test]
async fn an_answer_that_was_read_to_its_end_is_complete() {
    let (events, service) = recorded(|_| async { Response::new(body(vec![Ok("ab"), Ok("c")])) });
    let response = service.oneshot(request()).await.unwrap();
    assert!(
        events.lock().unwrap().is_empty(),
        "the event comes with the body's end"
    );
    response.into_body().collect().await.unwrap();
    let event = one(&events);
    assert_eq!(event.ended, Ended::Complete);
    assert_eq!(event.sizes.bytes_out, 3);
    assert_eq!(event.status, Some(StatusCode::OK));
    assert_eq!(event.proxy.name.as_deref(), Some("mock"));
}

#[tokio::test]
async fn a_body_of_known_length_is_complete_when_its_bytes_are_out() {
    let (events, service) = recorded(|_| async { Response::new(Body::from("abc")) });
    let mut answer = service.oneshot(request()).await.unwrap().into_body();
    answer.frame().await.unwrap().unwrap();
    drop(answer);
    assert_eq!(one(&events).ended, Ended::Complete);
}

#[tokio::test]
async fn an_empty_answer_is_complete() {
    let (events, service) = recorded(|_| async { Response::new(Body::empty()) });
    drop(service.oneshot(request()).await.unwrap());
    assert_eq!(one(&events).ended, Ended::Complete);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_head_or_in_the_body_counts() {
    let (events, service) = recorded(|_| std::future::pending());
    let gone = tokio::time::timeout(Duration::from_millis(20), service.oneshot(request())).await;
    assert!(gone.is_err());
    let event = one(&events);
    assert_eq!((event.ended, event.status), (Ended::ClientLeft, None));

    let (events, service) = recorded(|_| async { Response::new(body(vec![Ok("a"), Ok("b")])) });
    let mut answer = service.oneshot(request()).await.unwrap().into_body();
    answer.frame().await.unwrap().unwrap();
    drop(answer);
    let event = one(&events);
    assert_eq!((event.ended, event.sizes.bytes_out), (Ended::ClientLeft, 1));
}

#[tokio::test]
async fn an_answer_that_breaks_is_the_upstreams() {
    let (events, service) =
        recorded(|_| async { Response::new(body(vec![Ok("a"), Err("reset".into())])) });
    let response = service.oneshot(request()).await.unwrap();
    assert!(response.into_body().collect().await.is_err());
    assert_eq!(one(&events).ended, Ended::UpstreamBroke);
}

#[tokio::test]
async fn a_stream_that_ends_because_the_server_stops_says_so() {
    let events = Events::default();
    let seen = Arc::clone(&events);
    let open = service_fn(|_: Request<Body>| async {
        let silent = StreamBody::new(futures_util::stream::pending::<
            Result<http_body::Frame<Bytes>, BoxError>,
        >());
        let response = Response::builder().header("content-type", "text/event-stream");
        Ok::<_, Infallible>(response.body(Body::new(silent)).unwrap())
    });
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(open));
    let drain = Drain::new();
    let mut listen = Request::get("/mcp").body(Body::empty()).unwrap();
    listen
        .extensions_mut()
        .insert(Exchange::on(&Connection::new().drain(drain.clone())));
    let response = stack.oneshot(listen).await.unwrap();
    drain.begin();
    response.into_body().collect().await.unwrap();
    assert_eq!(one(&events).ended, Ended::ShutDown);
}

#[tokio::test]
async fn an_answer_to_head_is_complete_without_its_content() {
    let (events, service) =
        recorded(|_| async { Response::new(body(vec![Ok("never"), Ok("read")])) });
    let head = Request::head("/mcp").body(Body::empty()).unwrap();
    drop(service.oneshot(head).await.unwrap());
    let event = one(&events);
    assert_eq!((event.ended, event.sizes.bytes_out), (Ended::Complete, 0));

    // As a frame refuses it.
    let events = Events::default();
    let seen = Arc::clone(&events);
    let open =
        service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(open));
    let head = Request::head("/mcp").body(Body::empty()).unwrap();
    drop(stack.oneshot(head).await.unwrap());
    let event = one(&events);
    assert_eq!(event.status, Some(StatusCode::METHOD_NOT_ALLOWED));
    assert_eq!(event.ended, Ended::Complete);
}
