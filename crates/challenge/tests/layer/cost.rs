//! What the layer costs those whom it does not concern.

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use allocation_counter::measure;
use futures_util::FutureExt as _;
use http::{Method, Request, Response};
use tollbar_challenge::{ChallengeLayer, RelayedResource};
use tollbar_core::{Body, Exchange};
use tower::{Layer as _, Service, service_fn};

use super::{PATH, resource};

fn inner(_: Request<Body>) -> Ready<Result<Response<Body>, Infallible>> {
    ready(Ok(Response::new(Body::empty())))
}

/// A request as it comes from a layer that records.
fn request(path: &str) -> Request<Body> {
    let mut request = Request::builder().method(Method::POST).uri(path);
    let started = request.extensions_mut().unwrap();
    let _ = Exchange::of(started);
    request.body(Body::empty()).unwrap()
}

fn allocations<S>(stack: &mut S, path: &str) -> u64
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let mut request = Some(request(path));
    let mut response = None;
    let measured = measure(|| {
        let request = request.take().unwrap();
        response = stack.call(request).now_or_never();
    });
    assert!(response.is_some());
    measured.count_total
}

#[test]
fn who_is_let_in_costs_no_allocation() {
    let resource = resource("https://gw.example/mcp").bare(true);
    let layer = ChallengeLayer::new(&resource.scopes(["mcp"]).unwrap());
    let mut stack = layer.layer(service_fn(inner));
    for path in ["/mcp", "/mcp/", "/", "/.well-known/openid-configuration"] {
        assert_eq!(allocations(&mut stack, path), 0, "`{path}`");
    }
    // What allocates is seen.
    assert!(allocations(&mut stack, PATH) > 0);
    let mut stack = ChallengeLayer::none().layer(service_fn(inner));
    assert_eq!(allocations(&mut stack, PATH), 0);
}

#[test]
fn who_the_server_lets_in_costs_no_allocation() {
    let public = "https://gw.example/mcp".parse().unwrap();
    let server = "https://mcp.example/mcp".parse().unwrap();
    let resource = RelayedResource::builder(public, server).build().unwrap();
    let mut stack = ChallengeLayer::relayed(&resource).layer(service_fn(inner));
    for path in ["/mcp", "/mcp/", "/"] {
        assert_eq!(allocations(&mut stack, path), 0, "`{path}`");
    }
    assert!(allocations(&mut stack, "/token") > 0);
}
