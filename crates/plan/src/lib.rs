//! Who asks: plans in front of an MCP server, and sessions and tasks that belong to who asked.
//!
//! Use it where a server must know its callers and cannot, or should not, find out by itself. A
//! [`PlanLayer`] finds the credential of a request, lets exactly one [`Plan`] judge it, takes it off,
//! and sets the [`Consumer`](tollbar_core::Consumer) that every layer inside goes by:
//!
//! | plan | credential |
//! |---|---|
//! | [`Keyless`] | none |
//! | [`key::KeyPlan`] | a bearer key, in `Authorization` or a header of its own |
//! | [`certificate::CertificatePlan`] | a client certificate, from the TLS handshake or a trusted terminator |
//! | [`Relay`] | whatever the MCP server itself asks for in `Authorization`, which goes on to it |
//!
//! [`SessionLayer`] seals each `Mcp-Session-Id` to the consumer who began the session, [`TaskLayer`] does
//! so with the ids of tasks, and [`FailedAttempts`] keeps credentials from being guessed at speed. A plan
//! of your own is one trait.
//!
//! ```
//! use http::{Request, Response};
//! use tollbar_core::{Body, Exchange};
//! use tollbar_plan::{FailedAttempts, PlanLayer, key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper}};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let (store, pepper) = (MemoryStore::new(), Pepper::generate()?);
//! let keys = Keys::new(store.clone(), pepper.clone());
//! let (key, record) = keys.create(NewKey::new("ci").proxy("mock").owner("ann")).await?;
//!
//! let server = service_fn(|mut request: Request<Body>| async move {
//!     let exchange = Exchange::of(request.extensions_mut());
//!     assert_eq!(exchange.consumer().unwrap().subject(), Some("ann"));
//!     assert!(!request.headers().contains_key("authorization"));
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
//! });
//! let guarded = PlanLayer::new()
//!     .with(KeyPlan::new(store, pepper).proxy("mock"))
//!     .attempts(FailedAttempts::new())
//!     .layer(server);
//! let with = |credential: String| {
//!     let request = Request::post("/mcp").header("authorization", credential);
//!     guarded.clone().oneshot(request.body(Body::empty()).unwrap())
//! };
//!
//! let good = format!("Bearer {}", key.expose());
//! assert_eq!(with(good.clone()).await?.status(), 200);
//! assert_eq!(with("Bearer guess".to_owned()).await?.status(), 401);
//! keys.revoke("ci").await?;
//! assert_eq!(with(good).await?.status(), 401);
//! # let _ = record;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Keys that outlive the process stand in a file: [`FileStore::open_with_pepper_file`] opens it, and
//! `tokio::spawn(store.clone().follow())` sees what other processes change in it, such as
//! `tollbar-gateway keys --file`.
//!
//! [`FileStore::open_with_pepper_file`]: key::FileStore::open_with_pepper_file
//!
//! # Where they stand
//!
//! ```text
//! CORS ─▶ Origin ─▶ PlanLayer ─▶ FrameLayer ─▶ SessionLayer ─▶ TaskLayer ─▶ AclLayer ─▶ server
//! ```
//!
//! The plan outside of the frame, so that no stranger's body is read; sessions and tasks inside of both,
//! since they need the consumer and the call. What a consumer may use is decided behind them, by
//! `tollbar_acl::AclLayer`.
//!
//! # Beware
//!
//! - The name of the proxy is said to the plan ([`key::KeyPlan::proxy`]), to the session layer and to each
//!   key. A key plan without it admits only keys for all proxies.
//! - [`FailedAttempts`] counts by the peer's address, which `axum::serve` does not tell and
//!   `tollbar::Server` does.
//! - Without TLS between client and gateway a key can be read on the way.
//! - What a plan admits can end while a stream is open: the plan puts a
//!   [`Grant`](tollbar_core::Grant) on the exchange, and only a frame inside ends the stream. Without a
//!   frame, streams go on.
//! - An address behind a proxy of yours is that proxy's, until
//!   [`Forwarding`](tollbar_core::Forwarding) stands outside.

mod attempts;
pub mod certificate;
pub mod key;
mod keyless;
mod layer;
mod plan;
mod relay;
mod seal;
mod session;
mod task;

pub use self::{
    attempts::FailedAttempts,
    keyless::Keyless,
    layer::{PlanLayer, Plans},
    plan::{Admission, Credential, Fit, Identify, Plan, Source},
    relay::Relay,
    session::{InvalidSecret, SessionLayer, SessionSecret, Sessions},
    task::{TaskLayer, Tasks},
};
