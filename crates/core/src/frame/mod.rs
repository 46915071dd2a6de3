//! The codec of a stack: what is asked, and what is answered, message by message.
//!
//! A [`FrameLayer`] is the only place that parses.
//!
//! **In:** the body of a POST is read to a limit and within a time, judged by the strict rules of
//! [`tollbar_mcp`], set on the exchange as a [`Call`](tollbar_mcp::Call), and handed on as the very
//! bytes that were judged. A GET (a legacy event stream) and a DELETE (the end of a legacy session)
//! get a call too. Any other HTTP method is refused with 405.
//!
//! **Out:** messages are walked once, and only when somebody asked
//! ([`Exchange::filter`](crate::Exchange::filter), [`Exchange::watch`](crate::Exchange::watch)).
//! Without hooks an answer passes as it comes. Event streams get three more things: a keep-alive
//! comment when they are silent, `X-Accel-Buffering: no`, and an orderly end when the server stops.
//!
//! **Caveats.** With a filter, a JSON body is collected to the event limit before the head leaves.
//! The frame itself registers one filter on `initialize` and `server/discover`: a revision that it
//! cannot read is not offered to the client, since nothing behind it could be judged. In the modern
//! era `Mcp-Session-Id` and `Last-Event-ID` mean nothing, and are dropped in both directions; in the
//! legacy era that is so for `Mcp-Method` and `Mcp-Name`, which nobody checks there.
//!
//! ```
//! use bytes::Bytes;
//! use http::{Method, Request, Response};
//! use http_body_util::Full;
//! use tollbar_core::{Body, Exchange, frame::FrameLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let server = service_fn(|request: Request<Body>| async move {
//!     let exchange = request.extensions().get::<Exchange>().unwrap();
//!     assert_eq!(exchange.call().unwrap().method().unwrap().as_str(), "tools/list");
//!     Ok::<_, std::convert::Infallible>(Response::new(request.into_body()))
//! });
//! let stack = FrameLayer::new().layer(server);
//!
//! let body = br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
//! let request = Request::builder()
//!     .method(Method::POST)
//!     .header("content-type", "application/json")
//!     .body(Full::new(Bytes::from_static(body)))
//!     .unwrap();
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! let response = stack.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 200);
//! # });
//! ```

mod answer;
mod budget;
mod closing;
mod document;
mod ending;
mod events;
mod granted;
mod keep_alive;
mod layer;
mod outbox;
mod request;
mod service;
mod settings;
mod stream;
mod tee;
mod unfit;
mod version;

pub use self::{layer::FrameLayer, service::Frame};
