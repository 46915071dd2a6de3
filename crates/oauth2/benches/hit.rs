//! What a token costs whose verdict is kept: instructions (Callgrind) and allocations (DHAT).
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::exit,
    reason = "what the macros of gungraun write"
)]

use std::{
    convert::Infallible,
    future::Ready,
    hint::black_box,
    io::{Read as _, Write as _},
    net::TcpListener,
    pin::pin,
    task::{Context, Poll, Waker},
};

use gungraun::{Callgrind, Dhat, prelude::*};
use http::{Request, Response};
use tokio::runtime::Builder;
use tollbar_core::{Body, Exchange, Guarded};
use tollbar_oauth2::{AuthorizationServer, Introspection};
use tollbar_plan::{Admission, Credential, Plan as _, PlanLayer, Plans};
use tower::{Layer as _, Service as _, service_fn, util::ServiceFn};

/// Of the form that most servers give: some 250 bits.
const OPAQUE: &str = "v1.Mx2mDUCc0pV9oJGZ7f6qLr3sTtYwKbHeAnQi8RjXz5E";

/// Whom the JWT names.
const ISSUER: &str = "https://other.example";

/// As long as those of Keycloak.
fn jwt() -> String {
    let header = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9";
    let issuer = "eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJub3RlIjoi";
    format!(
        "{header}.{issuer}{}In0.{}",
        "eHh4".repeat(250),
        "c2ln".repeat(20)
    )
}

/// Says once that a token is good.
fn login() -> String {
    let Ok(listener) = TcpListener::bind("127.0.0.1:0") else {
        return String::new();
    };
    let base = listener
        .local_addr()
        .map(|address| format!("http://{address}"));
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let said = r#"{"active":true,"sub":"ann","client_id":"editor","scope":"mcp tools:call","aud":"https://gw.example/mcp","token_type":"Bearer","exp":4102444800,"tenant":"t7"}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let _ = write!(
                stream,
                "{head}\r\ncontent-length: {}\r\n\r\n{said}",
                said.len()
            );
        }
    });
    base.unwrap_or_default()
}

/// A plan that knows this token already.
fn plan(token: String) -> (Introspection, String) {
    let endpoint = format!("{}/introspect", login()).parse();
    let mut server = AuthorizationServer::builder(ISSUER).client("gateway", "s3cret");
    if let Ok(endpoint) = endpoint {
        server = server.introspection_endpoint(endpoint);
    }
    let built = server.build().and_then(|server| {
        let builder = Introspection::builder(server);
        builder
            .audience("https://gw.example/mcp")
            .scopes(["mcp"])
            .build()
    });
    let (Ok(plan), Ok(runtime)) = (built, Builder::new_current_thread().enable_all().build())
    else {
        panic!("no plan");
    };
    let exchange = Exchange::new();
    let admitted = runtime.block_on(plan.identify(Credential::Token(&token), &exchange));
    assert!(admitted.is_ok(), "{admitted:?}");
    // Once more, so that what is made at first use is there.
    assert!(identify(&plan, &token, &exchange).is_some());
    (plan, token)
}

/// Without a runtime: what is known needs none.
fn identify(plan: &Introspection, token: &str, exchange: &Exchange) -> Option<Admission> {
    let mut judging = plan.identify(Credential::Token(token), exchange);
    match judging
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(judged) => judged.ok(),
        Poll::Pending => None,
    }
}

type Known = (Introspection, String, Exchange);

fn known(token: String) -> Known {
    let (plan, token) = plan(token);
    (plan, token, Exchange::new())
}

#[library_benchmark]
#[bench::opaque(known(OPAQUE.to_owned()))]
#[bench::jwt_1k(known(jwt()))]
fn through_the_plan(known: Known) -> (Option<Admission>, Known) {
    let admitted = identify(black_box(&known.0), &known.1, &known.2);
    assert!(admitted.is_some());
    (admitted, known)
}

// With what the cache does from time to time.
#[library_benchmark]
#[bench::opaque(known(OPAQUE.to_owned()))]
fn through_the_plan_1000_times(known: Known) -> (usize, Known) {
    let hits = (0..1000).filter(|_| identify(black_box(&known.0), &known.1, &known.2).is_some());
    let hits = hits.count();
    assert_eq!(hits, 1000);
    (hits, known)
}

type Answer = fn(Request<Body>) -> Ready<Result<Response<Body>, Infallible>>;
type Layered = (Guarded<ServiceFn<Answer>, Plans>, Request<Body>);

fn layered(token: String) -> Layered {
    let (plan, token) = plan(token);
    let answer: Answer = |_| std::future::ready(Ok(Response::new(Body::empty())));
    let service = PlanLayer::new().with(plan).layer(service_fn(answer));
    let request = || {
        let mut request = Request::new(Body::empty());
        if let Ok(value) = format!("Bearer {token}").parse() {
            request.headers_mut().insert("authorization", value);
        }
        request.extensions_mut().insert(Exchange::new());
        request
    };
    // Once, so that what is made at first use is there.
    assert!(call(service.clone(), request()).is_some());
    let request = request();
    (service, request)
}

fn call(
    mut service: Guarded<ServiceFn<Answer>, Plans>,
    request: Request<Body>,
) -> Option<Response<Body>> {
    let mut answering = pin!(service.call(request));
    match answering
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(response)) => {
            assert_eq!(response.status(), 200);
            Some(response)
        }
        _ => None,
    }
}

#[library_benchmark]
#[bench::opaque(layered(OPAQUE.to_owned()))]
#[bench::jwt_1k(layered(jwt()))]
fn through_the_layer((service, request): Layered) -> impl Sized {
    let answer = call(service.clone(), request);
    assert!(answer.is_some());
    // What the plan holds is not dropped here.
    (answer, service)
}

library_benchmark_group!(
    name = hits,
    benchmarks = [
        through_the_plan,
        through_the_plan_1000_times,
        through_the_layer
    ]
);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::default()),
    library_benchmark_groups = [hits]
);
