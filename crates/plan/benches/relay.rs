//! What a relayed request costs: instructions (Callgrind) and allocations (DHAT).
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`. An unverified relay is beside
//! the same layer with a keyless plan, so that the difference is the price of a pseudonym.

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
    pin::pin,
    task::{Context, Poll, Waker},
};

use gungraun::{Callgrind, Dhat, prelude::*};
use http::{HeaderValue, Request, Response};
use tollbar_core::{Body, Consumer, Exchange, Guarded};
use tollbar_plan::{
    Admission, Credential, Fit, Identify, Keyless, Plan, PlanLayer, Plans, Relay, SessionSecret,
    Source,
};
use tower::{Layer as _, Service as _, service_fn, util::ServiceFn};

/// Of the form that most servers give: some 250 bits.
const OPAQUE: &str = "v1.Mx2mDUCc0pV9oJGZ7f6qLr3sTtYwKbHeAnQi8RjXz5E";

/// Knows everybody: what is left is the relay's own part of verifying.
struct Known(Consumer);

impl Plan for Known {
    fn name(&self) -> &'static str {
        "known"
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, _: &Credential<'_>) -> Fit {
        Fit::Possible
    }

    fn identify<'a>(&'a self, _: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        Box::pin(ready(Ok(Admission::new(self.0.clone()))))
    }
}

type Answer = fn(Request<Body>) -> Ready<Result<Response<Body>, Infallible>>;
type Stack = Guarded<ServiceFn<Answer>, Plans>;
type Prepared = (Stack, Request<Body>);

fn relay() -> Relay {
    match SessionSecret::new(&[7; 32]) {
        Ok(secret) => Relay::new(secret),
        Err(error) => panic!("{error}"),
    }
}

fn verifying() -> PlanLayer {
    let ann = Consumer::new("known").with_subject("ann");
    PlanLayer::new().with(relay().verified_by(Known(ann)))
}

fn prepare(plans: &PlanLayer, token: &str) -> Prepared {
    let answer: Answer = |_| ready(Ok(Response::new(Body::empty())));
    let stack = plans.layer(service_fn(answer));
    let request = || {
        let mut request = Request::new(Body::empty());
        if let (false, Ok(value)) = (
            token.is_empty(),
            HeaderValue::try_from(format!("Bearer {token}")),
        ) {
            request.headers_mut().insert("authorization", value);
        }
        request.extensions_mut().insert(Exchange::new());
        request
    };
    // Once, so that what is made at first use is there.
    call(stack.clone(), request());
    (stack, request())
}

fn call(mut stack: Stack, request: Request<Body>) -> Response<Body> {
    let mut answering = pin!(stack.call(request));
    match answering
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(response)) if response.status() == 200 => response,
        _ => panic!("it was not let in"),
    }
}

fn jwt() -> String {
    format!("eyJ{}.eyJ{}.c2ln", "eHh4".repeat(10), "eHh4".repeat(250))
}

#[library_benchmark]
#[bench::keyless(prepare(&PlanLayer::new().with(Keyless::new()), ""))]
#[bench::relayed_nothing(prepare(&PlanLayer::new().with(relay()), ""))]
#[bench::relayed_opaque(prepare(&PlanLayer::new().with(relay()), OPAQUE))]
#[bench::relayed_jwt_1k(prepare(&PlanLayer::new().with(relay()), &jwt()))]
#[bench::verified_opaque(prepare(&verifying(), OPAQUE))]
#[bench::verified_jwt_1k(prepare(&verifying(), &jwt()))]
fn through_the_layer((stack, request): Prepared) -> impl Sized {
    let answer = call(black_box(stack.clone()), request);
    // What the plans hold is not dropped here.
    (answer, stack)
}

library_benchmark_group!(name = relayed, benchmarks = [through_the_layer]);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::default()),
    library_benchmark_groups = [relayed]
);
