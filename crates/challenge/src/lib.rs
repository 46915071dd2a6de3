//! How to be let in: what a client is told that comes without a token, or with a bad one.
//!
//! An MCP client finds the way to a login by itself (MCP 2025-11-25, `basic/authorization`): it is
//! refused with 401, reads in the challenge where the *protected resource metadata* stands (RFC 9728),
//! reads there which authorization server gives out tokens, and goes there. This crate is that part of
//! the way which a resource server has to offer. It checks no token.
//!
//! - [`Challenge`] reads and writes `WWW-Authenticate` (RFC 9110 section 11.6.1).
//! - [`ProtectedResource`] is what a host says of one proxy.
//! - [`RelayedResource`] is what an MCP server says of itself, told under the gateway's URL.
//! - [`ChallengeLayer`] serves either as metadata, and points refused clients to it.
//! - [`RelayExamination`] is what a person is told who wants to know whether a server can be relayed, in
//!   [`Step`]s.
//!
//! Use it for a proxy that takes tokens of an authorization server, and for no other: a client that
//! finds metadata opens a login, and who has a key instead of an account cannot get past that.
//!
//! # A gateway that takes tokens
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
//! # A server that takes tokens
//!
//! An MCP server with a login of its own refuses, says where its metadata is, and judges tokens itself.
//! Behind a gateway its clients fail: the metadata is about the server's URL, and they have connected to
//! the gateway's (RFC 9728 section 3.3). A [`RelayedResource`] makes up for it. The challenge of the server
//! goes out with the gateway's `resource_metadata`, and there the server's metadata stands, about the
//! gateway's URL. The authorization server stays what it is, and `Authorization` goes on to the server.
//!
//! ```
//! use http::{Request, Response, header::WWW_AUTHENTICATE};
//! use tollbar_challenge::{ChallengeLayer, RelayedResource};
//! use tollbar_core::Body;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let origin = format!("http://{}", listener.local_addr()?);
//! # let own = origin.clone();
//! # tokio::spawn(async move {
//! #     while let Ok((mut stream, _)) = listener.accept().await {
//! #         stream.read(&mut [0; 1024]).await.unwrap();
//! #         let body = format!(
//! #             r#"{{"resource":"{own}/mcp","authorization_servers":["https://login.example"]}}"#
//! #         );
//! #         let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
//! #         let answer = format!("{head}: {}\r\n\r\n{body}", body.len());
//! #         stream.write_all(answer.as_bytes()).await.unwrap();
//! #     }
//! # });
//! // The MCP server runs at `origin`, and has its metadata there. It refuses whoever has no token.
//! let server = service_fn(|_: Request<Body>| async {
//!     let refused = Response::builder().status(401).header(
//!         WWW_AUTHENTICATE,
//!         r#"Bearer realm="example", resource_metadata="https://mcp.example/metadata""#,
//!     );
//!     Ok::<_, std::convert::Infallible>(refused.body(Body::empty()).unwrap())
//! });
//! let public = "https://gw.example/weather".parse()?;
//! let resource = RelayedResource::builder(public, format!("{origin}/mcp").parse()?).build()?;
//! let stack = ChallengeLayer::relayed(&resource).layer(server);
//!
//! let request = Request::post("/weather").body(Body::empty())?;
//! let refused = stack.clone().oneshot(request).await?;
//! assert_eq!(
//!     refused.headers()[WWW_AUTHENTICATE],
//!     "Bearer \
//!      resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/weather\", \
//!      realm=\"example\"",
//! );
//! let path = "/.well-known/oauth-protected-resource/weather";
//! let metadata = stack.oneshot(Request::get(path).body(Body::empty())?).await?;
//! assert_eq!(metadata.status(), 200);
//! assert_eq!(
//!     metadata.body().as_bytes().unwrap(),
//!     r#"{"resource":"https://gw.example/weather","authorization_servers":["https://login.example"]}"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A whole stack
//!
//! `tollbar::Gateway::relay` arranges it. By hand, from outside to inside: this layer; CORS and checks of the
//! origin; the plans, `tollbar_plan::PlanLayer` with a `Relay`, which leaves `Authorization` where it is;
//! `FrameLayer`; `tollbar_plan::SessionLayer`, with the same secret; and `tollbar_upstream::Upstream`, built
//! with `forward_authorization(true)`, without which every client is refused for ever. Here a guard stands
//! for the plans: it lets in whoever shows a token or nothing, and keeps out everything else.
//!
//! ```
//! use http::{Request, Response, header::{AUTHORIZATION, WWW_AUTHENTICATE}, request::Parts};
//! use tollbar_challenge::{ChallengeLayer, RelayMode, RelayedResource};
//! use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! /// Stands where `PlanLayer::new().with(Relay::new(secret))` does.
//! #[derive(Clone)]
//! struct Plans;
//!
//! impl Guard for Plans {
//!     async fn check(&self, head: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
//!         match head.headers.get_all(AUTHORIZATION).iter().count() {
//!             0 | 1 => Ok(Pass::new()),
//!             _ => Err(Refusal::new(Kind::Malformed, "two_credentials", "send one")),
//!         }
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Stands where the `Upstream` does: a server that judges tokens, and names no metadata of its own.
//! let server = service_fn(|request: Request<Body>| async move {
//!     let response = Response::builder();
//!     let response = match request.headers().get(AUTHORIZATION) {
//!         Some(token) if token == "Bearer good" => response,
//!         _ => response.status(401).header(WWW_AUTHENTICATE, "Bearer realm=\"example\""),
//!     };
//!     Ok::<_, std::convert::Infallible>(response.body(Body::empty()).unwrap())
//! });
//! let (public, upstream) = ("https://gw.example/weather", "https://mcp.example/mcp");
//! let resource = RelayedResource::builder(public.parse()?, upstream.parse()?)
//!     .mode(RelayMode::Synthesised)
//!     .authorization_server("https://login.example")
//!     .build()?;
//! let stack = ChallengeLayer::relayed(&resource).layer(GuardLayer::new(Plans).layer(server));
//! // What the host mounts beside `/weather`.
//! assert!(resource.paths().contains(&"/.well-known/oauth-protected-resource/weather".to_owned()));
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let request = Request::post("/weather").body(Body::empty()).unwrap();
//! let refused = stack.clone().oneshot(request).await.unwrap();
//! assert_eq!(refused.status(), 401);
//! assert_eq!(
//!     refused.headers()[WWW_AUTHENTICATE],
//!     "Bearer \
//!      resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/weather\", \
//!      realm=\"example\"",
//! );
//! let request = Request::post("/weather").header(AUTHORIZATION, "Bearer good");
//! let answer = stack.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//! assert_eq!(answer.status(), 200);
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! # Beware
//!
//! - The host has to lead requests for [`ProtectedResource::paths`], or [`RelayedResource::paths`], to the
//!   layer. Those that begin with `/.well-known` stand beside the proxy's own path, not under it.
//! - The public URL comes from the configuration, never from `Host` or `X-Forwarded-*`. One thing is
//!   taken from a request: whether its path ends with a slash, since some clients compare the resource
//!   with the URL that their user has typed, as a string.
//! - The layer completes refusals that are on the exchange. A 401 that a service makes without
//!   [`Refusal::into_response`](tollbar_core::Refusal::into_response) passes as it is, and so does one
//!   of the MCP server. With a [`RelayedResource`] both count as the server's, and are rewritten in the
//!   modes that do so.
//! - Put it outside of CORS and origin checks: the metadata is for everybody. What makes a service
//!   inside *not ready* (a limit on concurrency) makes the layer not ready, metadata or not.
//! - A token has to be checked for one of [`ProtectedResource::identifiers`] by whoever checks it.
//! - A relayed client asks for a token for the *gateway's* URL (RFC 8707), since that is what the metadata is
//!   about. The authorization server either does not care, or has to know that URL as one of the server,
//!   and the server has to take it as its own audience. A server that takes tokens for anybody would
//!   take those that were made for another server, too, with the gateway or without.
//! - A relay takes away the check by which clients find out that metadata is about another server. It is
//!   made here, before anything is told: against the server's URL, or [what it calls
//!   itself](RelayBuilder::identifier).
//! - What a relayed server says decides where people log in. Reach it over `https`, or on this machine.
//! - Tokens that are bound to a key or a certificate of their holder cannot be relayed: their proof names
//!   the URL, or ends with the connection, of the gateway.

mod challenge;
mod fold;
mod front;
mod layer;
mod relay;
mod resource;

pub use self::{
    challenge::{Challenge, InvalidChallenge},
    layer::{ChallengeLayer, Challenged, ResponseFuture},
    relay::{
        Acceptance, ClientView, InvalidRelay, RelayBuilder, RelayExamination, RelayMode,
        RelayedResource,
    },
    resource::{InvalidResource, ProtectedResource},
};
pub use tollbar_fetch::{Examination, Outcome, Step};
