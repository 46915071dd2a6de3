//! How to be let in: what a client is told that comes without a token, or with a bad one.
//!
//! An MCP client finds the way to a login by itself (MCP 2025-11-25, `basic/authorization`): it is
//! refused with 401, reads in the challenge where the *protected resource metadata* stands (RFC 9728),
//! reads there which authorization server gives out tokens, and goes there. This crate is that part of
//! the way which a resource server has to offer. It checks no token.
//!
//! - [`Challenge`] reads and writes `WWW-Authenticate` (RFC 9110 section 11.6.1).
//! - [`ProtectedResource`] is what a host says of one proxy.
//! - [`ChallengeLayer`] serves that as metadata, and points refused clients to it.
//!
//! Use it for a proxy that takes tokens of an authorization server, and for no other: a client that
//! finds metadata opens a login, and who has a key instead of an account cannot get past that.
//!
//! ```
//! use http::{Request, Response, header::{HeaderValue, WWW_AUTHENTICATE}, request::Parts};
//! use tollbar_challenge::{ChallengeLayer, ProtectedResource};
//! use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! /// Any bearer token will do. A real one is judged by a plan.
//! #[derive(Clone)]
//! struct Tokens;
//!
//! impl Guard for Tokens {
//!     async fn check(&self, head: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
//!         match head.headers.contains_key("authorization") {
//!             true => Ok(Pass::new()),
//!             false => Err(Refusal::new(Kind::Unauthenticated, "no_token", "log in")
//!                 .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
//!         }
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let resource = ProtectedResource::new("https://gw.example/mcp".parse()?, "https://login.example")?
//!     .scopes(["mcp"])?;
//! let server = service_fn(|_: Request<Body>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::from("hello")))
//! });
//! let stack = ChallengeLayer::new(&resource).layer(GuardLayer::new(Tokens).layer(server));
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let request = Request::post("/mcp").body(Body::empty()).unwrap();
//! let refused = stack.clone().oneshot(request).await.unwrap();
//! assert_eq!(refused.status(), 401);
//! assert_eq!(
//!     refused.headers()[WWW_AUTHENTICATE],
//!     "Bearer resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/mcp\", \
//!      scope=\"mcp\"",
//! );
//!
//! let path = "/.well-known/oauth-protected-resource/mcp";
//! let request = Request::get(path).body(Body::empty()).unwrap();
//! let metadata = stack.oneshot(request).await.unwrap();
//! assert_eq!(metadata.status(), 200);
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! # Beware
//!
//! - The host has to lead requests for [`ProtectedResource::paths`] to the layer. Those that begin with
//!   `/.well-known` stand beside the proxy's own path, not under it.
//! - The public URL comes from the configuration, never from `Host` or `X-Forwarded-*`. One thing is
//!   taken from a request: whether its path ends with a slash, since some clients compare the resource
//!   with the URL that their user has typed, as a string.
//! - The layer completes refusals that are on the exchange. A 401 that a service makes without
//!   [`Refusal::into_response`](tollbar_core::Refusal::into_response) passes as it is, and so does one
//!   of the MCP server.
//! - Put it outside of CORS and origin checks: the metadata is for everybody. What makes a service
//!   inside *not ready* (a limit on concurrency) makes the layer not ready, metadata or not.
//! - A token has to be checked for one of [`ProtectedResource::identifiers`] by whoever checks it.

mod challenge;
mod layer;
mod relay;
mod resource;

pub use self::{
    challenge::{Challenge, InvalidChallenge},
    layer::{ChallengeLayer, Challenged, ResponseFuture},
    relay::{InvalidRelay, RelayBuilder, RelayMode, RelayedResource},
    resource::{InvalidResource, ProtectedResource},
};
