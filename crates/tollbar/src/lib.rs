//! Tower layers that stand in front of any MCP server, and a gateway made of them.
//!
//! A request drives up to the bar: where do you come from (origin), who are you ([`plan`]), and how can
//! you be let in if not like that ([`challenge`]), what do you want (frame), whose session is it, may you
//! ([`acl`]), and it is written down ([`analytics`]). How often you may is decided by
//! [guards](core::Guard) of the host. This crate is the front door: it re-exports the
//! layers, arranges them ([`Gateway`]), puts several gateways under one listener ([`Routes`]), replaces
//! them while they serve ([`Current`]) and serves them ([`Server`], with [`Tls`]).
//!
//! Use [`Gateway`] in front of another process. Stack the layers by hand around a service of your own,
//! or to put guards between them. The arranged stack is no more than these layers in the right order,
//! and tower-http's `CorsLayer` around the origin check, for web pages:
//!
//! ```
//! use tollbar::{Gateway, acl::{AclLayer, Rule, Rules}, core::origin::Origins};
//! use tollbar::{analytics::AnalyticsLayer, challenge::{ChallengeLayer, ProtectedResource}};
//! use tollbar::{core::{GuardLayer, frame::FrameLayer}, upstream::Upstream};
//! use tollbar::oauth2::{AuthorizationServer, Introspection};
//! use tollbar::plan::{PlanLayer, SessionLayer, SessionSecret};
//! use tower::Layer;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let _tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # let _guard = _tokio.enter();
//! let rules = Rules::new([Rule::allow("readers").tools(["get_*"]).resources(["**"])])?;
//! let acl = AclLayer::new(rules);
//!
//! let login = AuthorizationServer::builder("https://login.example").client("gw", "s3cret").build()?;
//! let resource = ProtectedResource::new("https://gw.example/mcp".parse()?, login.issuer())?;
//! let tokens = Introspection::builder(login).audiences(resource.identifiers()).build()?;
//! let plans = PlanLayer::new().with(tokens);
//!
//! let arranged = Gateway::to("http://127.0.0.1:8000/mcp")?
//!     .public_url(resource.resource())?
//!     .plan(plans.clone())
//!     .acl(acl.clone())
//!     .protected_resource(&resource)
//!     .into_service();
//!
//! let upstream = Upstream::new("http://127.0.0.1:8000/mcp".parse()?)?;
//! let sessions = SessionLayer::new(SessionSecret::generate()?);
//! let tasks = sessions.tasks();
//! let origins = Origins::new().allow_host("gw.example").allow_origin("https://gw.example")?;
//! let by_hand = AnalyticsLayer::new(|_| {})                     // what happened
//!     .layer(ChallengeLayer::new(&resource)                     // how to be let in
//!         .layer(GuardLayer::new(origins)                       // from where
//!             .layer(plans                                      // who asks
//!                 .layer(FrameLayer::new()                      // what is asked
//!                     .layer(sessions                           // whose session
//!                         .layer(tasks                          // whose task
//!                             .layer(acl                        // may they
//!                                 .layer(upstream))))))));      // the MCP server
//! # fn service<S: tower::Service<http::Request<tollbar::core::Body>>>(_: S) {}
//! # service(arranged);
//! # service(by_hand);
//! # Ok(())
//! # }
//! ```
//!
//! # Beware
//!
//! - Without a plan ([`Gateway::plan`]), everybody is let in, and without access rules
//!   ([`Gateway::acl`]) everybody who is may use everything that the MCP server offers. Listen on loopback,
//!   or on a network where that is what you want.
//! - [`Origins::new`](core::origin::Origins::new) lets requests for loopback pass only. Behind a name,
//!   allow that name.
//! - `tollbar::core` and `tollbar::mcp` both have a `Kind` and a `Message`: the core's are the kind of a
//!   refusal and a message of an answer, the framing's the kind of a call and a message of a client.
//!   Do not import `tollbar::core` itself where you name the standard library's `core`.
//! - The order of layers matters for *what* is refused first, never for *whether*: a guard that
//!   misses a fact refuses.

mod current;
mod gateway;
mod routes;
mod server;

pub use tollbar_acl as acl;
pub use tollbar_analytics as analytics;
pub use tollbar_challenge as challenge;
pub use tollbar_core as core;
pub use tollbar_mcp as mcp;
pub use tollbar_oauth2 as oauth2;
pub use tollbar_plan as plan;
pub use tollbar_upstream as upstream;

pub use self::{
    current::Current,
    gateway::{Gateway, GatewayError, GatewayService},
    routes::{RouteError, Routes},
    server::{ClientAuthentication, ServeError, Server, Tls, TlsBuilder, TlsError},
};
