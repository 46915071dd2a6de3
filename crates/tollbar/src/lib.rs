//! Tower layers that stand in front of any MCP server, and a gateway made of them.
//!
//! A request drives up to the bar: who are you (plan), what do you want (frame), may you (access
//! rules), how often (limit), and it is written down (analytics). This crate is the front door: it
//! re-exports the layers, arranges them ([`Gateway`]), puts several gateways under one listener
//! ([`Routes`]) and serves them ([`Server`]).
//!
//! The arranged stack is no more than the layers in the right order, so that the two are the same:
//!
//! ```
//! use tollbar::{Gateway, core::origin::Origins};
//! use tollbar::{analytics::AnalyticsLayer, core::{GuardLayer, frame::FrameLayer}, upstream::Upstream};
//! use tower::Layer;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let _tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # let _guard = _tokio.enter();
//! let arranged = Gateway::to("http://127.0.0.1:8000/mcp")?.into_service();
//!
//! let upstream = Upstream::new("http://127.0.0.1:8000/mcp".parse()?)?;
//! let by_hand = AnalyticsLayer::new(|_| {})                     // what happened
//!     .layer(GuardLayer::new(Origins::new())                    // from where
//!         .layer(FrameLayer::new()                              // what is asked
//!             .layer(upstream)));                               // the MCP server
//! # fn service<S: tower::Service<http::Request<tollbar::core::Body>>>(_: S) {}
//! # service(arranged);
//! # service(by_hand);
//! # Ok(())
//! # }
//! ```
//!
//! # Beware
//!
//! - Without a plan everybody may call everything that the MCP server offers. Listen on loopback, or
//!   on a network where that is what you want.
//! - The order of layers matters for *what* is refused first, never for *whether*: a guard that
//!   misses a fact refuses.

mod gateway;
mod routes;
mod server;

pub use tollbar_analytics as analytics;
pub use tollbar_core as core;
pub use tollbar_mcp as mcp;
pub use tollbar_upstream as upstream;

pub use self::{
    gateway::{Gateway, GatewayError, GatewayService},
    routes::{RouteError, Routes},
    server::{ServeError, Server},
};
