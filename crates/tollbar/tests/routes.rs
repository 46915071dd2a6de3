//! Which request goes where.

use std::{
    convert::Infallible,
    future::ready,
    sync::{Arc, Mutex},
};

use http::{Request, Response};
use tollbar::{Routes, analytics::Event, core::Body};
use tower::{ServiceExt as _, service_fn};

fn hello(_: Request<Body>) -> std::future::Ready<Result<Response<Body>, Infallible>> {
    ready(Ok(Response::new(Body::from("hello"))))
}

#[tokio::test]
async fn a_path_matches_as_a_whole() {
    let routes = Routes::new()
        .mount("/mcp", service_fn(hello))
        .and_then(|routes| routes.mount("/mcp/two/", service_fn(hello)))
        .unwrap();
    for (path, status) in [
        ("/mcp", 200),
        ("/mcp/", 200),
        ("/mcp?x=1", 200),
        ("/mcp/two", 200),
        ("/mcp/two/", 200),
        ("/", 404),
        ("/mcp//", 404),
        ("/MCP", 404),
        ("/mcp/x", 404),
        ("/mcp/..", 404),
        ("/%6dcp", 404),
        ("/x/../mcp", 404),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "`{path}`");
    }
}

#[test]
fn a_path_is_mounted_once_and_must_be_one() {
    let routes = Routes::new().mount("/mcp", service_fn(hello)).unwrap();
    for path in ["/mcp", "/mcp/", "mcp", "", "/a b", "/a?b", "/a#b", "/ü"] {
        assert!(
            routes.clone().mount(path, service_fn(hello)).is_err(),
            "`{path}`"
        );
    }
}

#[tokio::test]
async fn what_is_mounted_nowhere_is_recorded() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let routes = Routes::new()
        .analytics(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .mount("/mcp", service_fn(hello))
        .unwrap();
    for path in ["/mcp", "/lost"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes.clone().oneshot(request).await.unwrap();
    }
    let events = events.lock().unwrap();
    assert_eq!(events.len(), 1, "what is mounted has analytics of its own");
    assert_eq!(events[0].refusal.as_ref().unwrap().reason, "no_such_path");
}
