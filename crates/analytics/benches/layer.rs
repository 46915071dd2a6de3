//! What recording an exchange costs: instructions (Callgrind) and allocations (DHAT).
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`. All pass the same frame; those that are called
//! `without` have no layer around it, so that the differences are the price. The answer is read to its end. What a
//! sink does in a thread of its own is not on a request's way: its thread sleeps here, and `one_line` tells what it
//! has to do for each event.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::exit,
    reason = "what the macros of gungraun write"
)]

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    io,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use bytes::Bytes;
use gungraun::{Callgrind, Dhat, prelude::*};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tokio::runtime::{Builder, Runtime};
use tollbar_analytics::{
    AnalyticsLayer, Bounds, Capture, CaptureGuard, Event, JsonLines, Metrics, Sink,
};
use tollbar_core::{
    Body, Consumer, Exchange, GuardLayer, Kind, Refusal,
    frame::{Frame, FrameLayer},
};
use tower::{
    Layer as _, ServiceExt as _, service_fn,
    util::{BoxCloneSyncService, ServiceFn},
};

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_weather","arguments":{"city":"Oslo"}}}"#;

type Answer = fn(Request<Body>) -> Ready<Result<Response<Body>, Infallible>>;
type Stack = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;
type Prepared = (Runtime, Stack, Request<Body>);

/// Results with texts of a thousand bytes and of ten thousand, made before anything is counted.
static RESULTS: LazyLock<[Bytes; 2]> = LazyLock::new(|| {
    [1_000, 10_000].map(|length| {
        let text = "x".repeat(length);
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":"{text}"}}]}}}}"#
        );
        body.into()
    })
});

fn answer(exchange: Option<&Exchange>, body: &Bytes) -> Response<Body> {
    if let Some(exchange) = exchange {
        exchange.note_asked();
        exchange.release_content();
        let _ = exchange.set_answered(StatusCode::OK);
    }
    let mut response = Response::new(Body::from(body.clone()));
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}

fn refuse(exchange: Option<&Exchange>) -> Response<Body> {
    let refusal = Refusal::new(Kind::Concealed, "acl_denied", "unknown tool `get_weather`");
    match exchange {
        Some(exchange) => refusal.into_response(exchange),
        None => Response::new(Body::empty()),
    }
}

const SHORT: Answer = |request| ready(Ok(answer(request.extensions().get(), &RESULTS[0])));
const LONG: Answer = |request| ready(Ok(answer(request.extensions().get(), &RESULTS[1])));
const REFUSED: Answer = |request| ready(Ok(refuse(request.extensions().get())));

fn framed(server: Answer) -> Frame<ServiceFn<Answer>> {
    FrameLayer::new().layer(service_fn(server))
}

fn request() -> Request<Body> {
    let mut request = Request::new(Body::from(CALL));
    *request.method_mut() = http::Method::POST;
    let json = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert("content-type", json);
    let exchange = Exchange::of(request.extensions_mut());
    let _ = exchange.set_consumer(Consumer::new("gold").with_subject("ann"));
    request
}

fn prepare(stack: Stack) -> Prepared {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        panic!("no runtime");
    };
    // Once, so that what is made at first use is there.
    call(&runtime, stack.clone(), request());
    (runtime, stack, request())
}

fn without(server: Answer) -> Prepared {
    prepare(BoxCloneSyncService::new(framed(server)))
}

fn within(layer: &AnalyticsLayer, server: Answer) -> Prepared {
    prepare(BoxCloneSyncService::new(layer.layer(framed(server))))
}

/// With a guard that takes what the client has sent, whether anything is to be kept or not.
fn guarded(layer: &AnalyticsLayer, server: Answer) -> Prepared {
    let guarded = GuardLayer::new(CaptureGuard).layer(service_fn(server));
    let framed = FrameLayer::new().layer(guarded);
    prepare(BoxCloneSyncService::new(layer.layer(framed)))
}

fn layer(sink: impl Sink) -> AnalyticsLayer {
    AnalyticsLayer::new(sink).proxy("weather")
}

fn nowhere() -> AnalyticsLayer {
    layer(|event: Arc<Event>| drop(black_box(event)))
}

/// Lines that wait until all is over.
fn lines() -> JsonLines {
    let mut bounds = Bounds::default();
    bounds.gathering = Duration::from_secs(60);
    match JsonLines::bounded(io::sink(), bounds) {
        Ok(lines) => lines,
        Err(error) => panic!("{error}"),
    }
}

fn call(runtime: &Runtime, stack: Stack, request: Request<Body>) {
    let answered = runtime.block_on(async {
        let response = stack.oneshot(request).await;
        response
            .unwrap_or_else(|never| match never {})
            .into_body()
            .collect()
            .await
            .is_ok()
    });
    assert!(answered, "there was no answer");
}

#[library_benchmark]
#[bench::without(without(SHORT))]
#[bench::not_inspected(within(&nowhere().inspect(false), SHORT))]
#[bench::inspected(within(&nowhere(), SHORT))]
#[bench::inspected_and_messages(within(&nowhere().messages(100), SHORT))]
#[bench::inspected_and_metrics(within(&layer(Metrics::new()), SHORT))]
#[bench::inspected_and_lines(within(&layer(lines()), SHORT))]
#[bench::inspected_metrics_and_lines(within(&layer((Metrics::new(), lines())), SHORT))]
#[bench::inspected_and_guard(guarded(&nowhere(), SHORT))]
#[bench::inspected_and_captured(guarded(&nowhere().capture(Capture::new()), SHORT))]
#[bench::inspected_and_captured_errors(guarded(&nowhere().capture(Capture::new().errors_only()), SHORT))]
#[bench::without_10k(without(LONG))]
#[bench::not_inspected_10k(within(&nowhere().inspect(false), LONG))]
#[bench::inspected_10k(within(&nowhere(), LONG))]
#[bench::refused_without(without(REFUSED))]
#[bench::refused(within(&nowhere(), REFUSED))]
#[bench::refused_metrics_and_lines(within(&layer((Metrics::new(), lines())), REFUSED))]
fn one_exchange((runtime, stack, request): Prepared) -> impl Sized {
    call(&runtime, black_box(stack.clone()), request);
    // What they hold is not dropped here.
    (runtime, stack)
}

/// An event of such an exchange.
fn event(server: Answer) -> Option<Arc<Event>> {
    let last = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&last);
    let keep = move |event: Arc<Event>| {
        if let Ok(mut last) = seen.lock() {
            *last = Some(event);
        }
    };
    drop(within(&layer(keep), server));
    last.lock().ok()?.clone()
}

#[library_benchmark]
#[bench::answered(event(SHORT))]
#[bench::refused(event(REFUSED))]
fn one_line(event: Option<Arc<Event>>) -> impl Sized {
    let line = event.as_ref().map(|event| black_box(event).to_json());
    (event, line)
}

library_benchmark_group!(name = recorded, benchmarks = [one_exchange, one_line]);

// Layers lie deep: of what is called from deeper than DHAT looks, it does not know who has asked for it.
main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::with_args(["--num-callers=200"])),
    library_benchmark_groups = [recorded]
);
