//! The shape of Tollbar: what every layer is made of.
//!
//! Use this crate to write a layer of your own, or to compose Tollbar's layers without the
//! `tollbar` front door. Five concepts, no more:
//!
//! | concept | type | in one sentence |
//! |---|---|---|
//! | exchange | [`Exchange`] | the write-once record of one request, in [`http::Extensions`] |
//! | call | [`Call`](tollbar_mcp::Call) | what is asked: message, method, subject, era, version |
//! | consumer | [`Consumer`] | who asks: plan, subject, client, scopes |
//! | guard | [`Guard`] | decides from the request's head and the exchange whether it may pass |
//! | refusal | [`Refusal`] | why not: one table turns it into status, JSON-RPC code and headers |
//!
//! [`GuardLayer`] is the only plumbing around a guard, [`frame::FrameLayer`] the only place that
//! parses, [`Body`] the only body. Every layer takes any [`AnyBody`] and answers
//! `Response<Body>`, so that a host can stack any subset of them around an axum router, rmcp's own
//! service or a reverse proxy, with tower-http layers between.
//!
//! ```
//! use http::{Request, Response, request::Parts};
//! use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! #[derive(Clone)]
//! struct NoRobots;
//!
//! impl Guard for NoRobots {
//!     async fn check(&self, head: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
//!         match head.headers.get("user-agent") {
//!             Some(agent) if agent == "robot" => {
//!                 Err(Refusal::new(Kind::Forbidden, "robot", "robots stay outside"))
//!             }
//!             _ => Ok(Pass::new()),
//!         }
//!     }
//! }
//!
//! let stack = GuardLayer::new(NoRobots).layer(service_fn(|_: Request<Body>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::from("hello")))
//! }));
//! let request = Request::builder().header("user-agent", "robot").body(Body::empty()).unwrap();
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! let response = stack.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 403);
//! # });
//! ```
//!
//! # Beware
//!
//! - A fact that no layer has set is `None`. Read it as "no", so that a stack in the wrong order
//!   refuses and never lets through.
//! - Layers that decide first are always ready and make the inner service ready afterwards.
//!   Back-pressure from inside shows as a longer call, not as `Poll::Pending` outside.

mod authorize;
mod body;
mod certificate;
mod connection;
mod consumer;
mod drain;
mod exchange;
mod forwarding;
pub mod frame;
mod grant;
mod guard;
mod guarded;
mod hook;
mod network;
pub mod origin;
mod refusal;
mod session;
mod verdict;

pub use self::{
    authorize::Authorize,
    body::{AnyBody, Body, BoxError},
    certificate::{CertificateName, ClientCertificate},
    connection::Connection,
    consumer::{Claims, Consumer, InvalidClaims},
    drain::Drain,
    exchange::{AlreadyKnown, Answered, Exchange, Span, Unframed},
    forwarding::Forwarding,
    grant::{Grant, Revocation},
    guard::{Guard, Pass, SharedGuard},
    guarded::{GuardLayer, Guarded},
    hook::{Filter, HeadFilter, Message, Watch},
    network::{InvalidNetwork, Network},
    refusal::{Kind, Refusal},
    session::Session,
    verdict::Verdict,
};
