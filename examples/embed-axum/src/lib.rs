//! An axum application with an MCP route of its own, behind the Tollbar layers: who holds a key may greet,
//! and who holds one with the scope `host` may do more.
//!
//! The layers stand around the route as any tower layers do: one process, one port, and the
//! application's other routes untouched.
//!
//! It is for requests to loopback. Behind a name of its own, `Origins` must allow that name.

mod greeter;

use std::error::Error;

use axum::{Router, routing::get};
use rmcp::transport::streamable_http_server::{
    StreamableHttpService, session::local::LocalSessionManager,
};
use tollbar::{
    acl::{AclLayer, Rule, Rules},
    analytics::{AnalyticsLayer, JsonLines},
    core::{GuardLayer, frame::FrameLayer, origin::Origins},
    plan::{
        FailedAttempts, PlanLayer, SessionLayer, SessionSecret,
        key::{KeyPlan, KeyStore, Pepper},
    },
};
use tower::ServiceBuilder;

use self::greeter::Greeter;

/// The application: `/` for people, `/mcp` for agents who hold a key of this store.
///
/// # Errors
///
/// The operating system's, when the exchange log cannot be started or there is no randomness; and what is
/// wrong with the rules, if something is.
pub fn app(store: impl KeyStore, pepper: Pepper) -> Result<Router, Box<dyn Error>> {
    let server = StreamableHttpService::new(
        || Ok(Greeter::new()),
        LocalSessionManager::default().into(),
        Default::default(),
    );
    let keys = KeyPlan::new(store, pepper).proxy("greeter");
    let secret = SessionSecret::generate()?;
    let rules = Rules::new([
        Rule::allow("guests").tools(["greet"]),
        Rule::allow("hosts").tools(["*"]).scopes_all(["host"]),
    ])?;
    let mcp = ServiceBuilder::new()
        .layer(AnalyticsLayer::new(JsonLines::stdout()?)) //    what happened
        .layer(GuardLayer::new(Origins::new())) //              from where
        .layer(PlanLayer::new().with(keys).attempts(FailedAttempts::new())) // who asks
        .layer(FrameLayer::new()) //                            what is asked
        .layer(SessionLayer::new(secret).proxy("greeter")) //   whose session
        .layer(AclLayer::new(rules)) //                         may they
        .service(server);
    Ok(Router::new()
        .route(
            "/",
            get(|| async { "An application with an MCP server at /mcp" }),
        )
        .route_service("/mcp", mcp))
}
