//! An axum application with an MCP route of its own, behind the Tollbar layers.
//!
//! The layers stand around the route as any tower layers do: one process, one port, and the
//! application's other routes untouched.
//!
//! It is for requests to loopback. Behind a name of its own, `Origins` must allow that name.

mod greeter;

use std::io;

use axum::{Router, routing::get};
use rmcp::transport::streamable_http_server::{
    StreamableHttpService, session::local::LocalSessionManager,
};
use tollbar::{
    analytics::{AnalyticsLayer, JsonLines},
    core::{GuardLayer, frame::FrameLayer, origin::Origins},
};
use tower::ServiceBuilder;

use self::greeter::Greeter;

/// The application: `/` for people, `/mcp` for agents.
///
/// # Errors
///
/// The operating system's, when the exchange log cannot be started.
pub fn app() -> io::Result<Router> {
    let server = StreamableHttpService::new(
        || Ok(Greeter::new()),
        LocalSessionManager::default().into(),
        Default::default(),
    );
    let mcp = ServiceBuilder::new()
        .layer(AnalyticsLayer::new(JsonLines::stdout()?)) // what happened
        .layer(GuardLayer::new(Origins::new())) //           from where
        .layer(FrameLayer::new()) //                         what is asked
        .service(server);
    Ok(Router::new()
        .route(
            "/",
            get(|| async { "An application with an MCP server at /mcp" }),
        )
        .route_service("/mcp", mcp))
}
