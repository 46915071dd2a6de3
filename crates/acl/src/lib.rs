//! May they: what a consumer may list and use on an MCP server.
//!
//! An [`AclLayer`] asks one [`Policy`] about everything: a request that wants to use a tool, each entry of
//! a list, each subscription, each notification. So what is listed is what can be called, in every
//! revision of MCP, in JSON and in event streams. [`Rules`] are a policy, and so is a closure
//! ([`Policy`]).
//!
//! ```
//! use std::convert::Infallible;
//! use http::{Request, Response};
//! use http_body_util::BodyExt;
//! use tollbar_acl::{AclLayer, Rule, Rules};
//! use tollbar_core::{Body, Consumer, Exchange, Guard, GuardLayer, Kind, Pass, Refusal, frame::FrameLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! /// Says who asks. In its place stands `tollbar_plan::PlanLayer`, with plans that prove it.
//! #[derive(Clone)]
//! struct Everybody;
//!
//! impl Guard for Everybody {
//!     async fn check(&self, _: &http::request::Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
//!         let known = exchange.set_consumer(Consumer::new("keyless"));
//!         known.map_err(|_| Refusal::new(Kind::Unavailable, "known_twice", "two plans in one stack"))?;
//!         Ok(Pass::new())
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rules = Rules::new([
//!     Rule::allow("calculators").tools(["add"]).resources(["file:///docs/**"]),
//!     Rule::deny("no drafts").resources(["file:///docs/drafts/**"]),
//! ])?;
//! let server = service_fn(|_: Request<Body>| async {
//!     let list = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"},{"name":"wipe"}]}}"#;
//!     let response = Response::builder().header("content-type", "application/json");
//!     Ok::<_, Infallible>(response.body(Body::from(list)).unwrap())
//! });
//! let stack = GuardLayer::new(Everybody)                // who asks
//!     .layer(FrameLayer::new()                          // what is asked
//!         .layer(AclLayer::new(rules)                   // may they
//!             .layer(server)));
//! let ask = |body: &'static str| {
//!     let request = Request::post("/mcp").header("content-type", "application/json");
//!     stack.clone().oneshot(request.body(Body::from(body)).unwrap())
//! };
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let list = ask(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await.unwrap();
//! assert_eq!(
//!     list.into_body().collect().await.unwrap().to_bytes(),
//!     r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"}]}}"#
//! );
//! let call = ask(r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wipe"}}"#);
//! assert_eq!(
//!     call.await.unwrap().into_body().collect().await.unwrap().to_bytes(),
//!     r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Unknown tool: wipe"}}"#
//! );
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! # Where it stands
//!
//! ```text
//! Origin ─▶ PlanLayer ─▶ FrameLayer ─▶ SessionLayer ─▶ TaskLayer ─▶ AclLayer ─▶ server
//! ```
//!
//! Inside of the plan and the frame, whose facts it needs. Sessions and tasks (`tollbar_plan`) stand
//! before it: they say whose a session or a task is, which no rule can. A rule says whether somebody may
//! have tasks at all ([`Feature::Tasks`]). Without those two layers it works the same, and whoever
//! learns of somebody else's session or task may use it.
//!
//! # What is asked
//!
//! | message | question |
//! |---|---|
//! | `initialize`, `server/discover`, `ping`, lists, progress, cancellation, GET, DELETE | none: open to everybody, and lists are filtered |
//! | `tools/call`, `prompts/get` | the tool, the prompt |
//! | `resources/read`, `resources/subscribe`, `resources/unsubscribe` | the resource |
//! | `completion/complete` | what is completed: a prompt, a resource or a template |
//! | `subscriptions/listen` | each URI; those that are denied are cut out |
//! | `logging/setLevel`, tasks, changes of roots | the [`Feature`] |
//! | an answer to a question of the server, in either era | the feature that it is about, by its shape |
//! | anything else | the method: denied unless allowed by name |
//!
//! # Beware
//!
//! - A stack without a consumer, or without a frame, refuses everything.
//! - No policy at all means everything; a policy that never says yes means nothing, and clients still
//!   connect, and see empty lists.
//! - [`AclLayer`] tells what is not hidden.

mod access;
mod annotations;
mod answer;
mod decision;
mod denial;
mod explain;
mod feature;
mod layer;
mod learnt;
mod pattern;
mod policy;
mod question;
mod rules;
mod uri;

pub use self::{
    access::Access,
    annotations::{Annotations, Hint},
    decision::{Decision, Outcome},
    explain::{Explanation, Finding, Step},
    feature::{Family, Feature},
    layer::AclLayer,
    pattern::{InvalidPattern, Pattern},
    policy::{Headers, Policy},
    question::{Asker, Purpose, Question, Target},
    rules::{ClaimValue, Effect, InvalidRule, Rule, RuleLimits, Rules},
};
