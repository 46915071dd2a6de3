//! OpenTelemetry: each exchange a place in a trace, and spans and metrics by the MCP semantic conventions.
//!
//! Use it where an agent, this gateway and the MCP servers behind it are to be seen as one trace. It has two parts,
//! which also work alone:
//!
//! - [`TraceGuard`] takes up the trace that a request belongs to, and tells the server of it.
//! - [`Spans`] turns the events of a [`Worker`](tollbar_analytics::Worker) into SERVER and CLIENT spans and into the
//!   histograms `mcp.server.operation.duration` and `mcp.client.operation.duration`, and sends them to a receiver of
//!   OTLP (HTTP, protobuf).
//!
//! ```
//! use http::{Request, Response};
//! use tollbar_core::{Body, GuardLayer, frame::FrameLayer};
//! use tollbar_mcp::TraceParent;
//! use tollbar_otel::{Sampling, TraceGuard};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let client = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
//! let server = service_fn(|request: Request<Body>| async move {
//!     // Says which span has asked it.
//!     let told = request.headers()["traceparent"].clone();
//!     let answer = Response::builder().header("told", told);
//!     Ok::<_, std::convert::Infallible>(answer.body(Body::empty()).unwrap())
//! });
//! let guard = TraceGuard::new(Sampling::default());
//! let stack = FrameLayer::new().layer(GuardLayer::new(guard).layer(server));
//!
//! let request = Request::post("/mcp")
//!     .header("content-type", "application/json")
//!     .header("traceparent", client)
//!     .body(Body::from(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#))?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let answer = stack.oneshot(request).await.unwrap();
//! let told = TraceParent::parse(answer.headers()["told"].to_str()?).unwrap();
//! let client = TraceParent::parse(client).unwrap();
//! // The same trace, and the gateway's own span in it.
//! assert_eq!(told.trace_id(), client.trace_id());
//! assert_ne!(told.span_id(), client.span_id());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sending: `Worker::start("telemetry", Spans::bounds(), Spans::new(&settings)?)` is a
//! [`Sink`](tollbar_analytics::Sink) for an [`AnalyticsLayer`](tollbar_analytics::AnalyticsLayer).
//!
//! # What is in a span
//!
//! The attributes of the conventions (status: development), the address of the client, and of the gateway
//! `tollbar.exchange.id`, `tollbar.proxy`, `tollbar.plan` and `tollbar.ended`. `mcp.session.id` is a digest. Of a
//! consumer only the plan is told; arguments, results and credentials never. `error.type` is the reason of a refusal,
//! the JSON-RPC code, `tool_error`, the HTTP status or `upstream_broke`. A client that leaves is no error.
//!
//! Metrics have few sets of attributes: methods that the protocol knows, codes that it has set aside, names of tools
//! and prompts that a server has answered for; all others are `_OTHER`.
//!
//! # Beware
//!
//! - Put the guard as far in as may be. What is refused before it gets a SERVER span all the same.
//! - Whoever sends a `traceparent` decides whether it is kept, unless [`Sampling::follows_parent`] is off.
//! - URIs of resources and names of tools are sent as the client wrote them.
//! - A receiver that is down, or slow, costs requests nothing. What waits is bounded, and what is lost is counted: see
//!   [`Figures`] and the worker. A send takes up to [`attempts`](OtelSettings::attempts) times
//!   [`timeout`](OtelSettings::timeout), and pauses: 33 s by default. Nobody waits for it when the process ends, but for as
//!   long as the worker's [`flush`](tollbar_analytics::Worker::flush) is told to.
//! - Metrics count what got through the worker's queue, and only since the process began.
//! - Each send has a connection of its own.

mod attribute;
mod export;
mod figures;
mod guard;
mod ids;
mod labels;
mod meta;
mod metrics;
mod operation;
mod place;
mod portion;
mod sampling;
mod settings;
mod span;
mod store;

pub use self::{
    figures::Figures,
    guard::TraceGuard,
    sampling::Sampling,
    settings::{OtelError, OtelSettings},
    store::Spans,
};
