//! The stacks that are measured, each one layer more than the one before.

use http::{HeaderName, Method, Request, Response, request::Parts};
use std::convert::Infallible;
use tollbar::{
    analytics::{Analytics, AnalyticsLayer},
    core::{
        Body, GuardLayer, Guarded,
        frame::{Frame, FrameLayer},
        origin::Origins,
    },
};
use tower::{Layer as _, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::answer::{Answer, Memory};

/// A stack around the server in memory.
pub(crate) trait Stack:
    Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone
{
    fn around(server: Memory) -> Self;

    /// Gives a request what this stack asks for.
    fn admit(_: &mut Request<Body>) {}

    /// How much of an answer passes.
    fn length(answer: Answer) -> usize {
        answer.length()
    }
}

/// The server alone.
pub(crate) type Bare = Memory;
/// What is asked.
pub(crate) type Framed = Frame<Bare>;
/// From where, and what is asked.
pub(crate) type Checked = Guarded<Framed, Origins>;
/// What happened, from where, and what is asked.
pub(crate) type Recorded = Analytics<Checked>;

impl Stack for Bare {
    fn around(server: Memory) -> Self {
        server
    }
}

impl Stack for Framed {
    fn around(server: Memory) -> Self {
        FrameLayer::new().layer(server)
    }
}

impl Stack for Checked {
    fn around(server: Memory) -> Self {
        GuardLayer::new(origins()).layer(Framed::around(server))
    }
}

impl Stack for Recorded {
    fn around(server: Memory) -> Self {
        AnalyticsLayer::new(drop)
            .proxy("bench")
            .layer(Checked::around(server))
    }
}

pub(crate) fn origins() -> Origins {
    Origins::new()
        .allow_host("gateway.example")
        .allow_origin("https://app.example")
        .unwrap()
}

/// CORS with as many rules as `Gateway` has.
pub(crate) fn cors() -> CorsLayer {
    let origins = origins();
    let expose = [
        "www-authenticate",
        "retry-after",
        "mcp-session-id",
        "mcp-protocol-version",
    ];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _: &Parts| {
            origins.allows_origin(origin)
        }))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(expose.map(HeaderName::from_static))
        .max_age(std::time::Duration::from_secs(3600))
}
