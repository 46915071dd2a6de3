//! What happened: one event for every exchange, refusals included.
//!
//! Put an [`AnalyticsLayer`] outermost, so that it sees what every other layer decided. It starts
//! the [`Exchange`](tollbar_core::Exchange), and when the *body* of the answer has ended, or the
//! client has gone, it hands one [`Event`] to a [`Sink`].
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use http::{Request, Response};
//! use tollbar_analytics::{AnalyticsLayer, Ended, Event};
//! use tollbar_core::Body;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let events = Arc::new(Mutex::new(Vec::new()));
//! let seen = Arc::clone(&events);
//! let layer = AnalyticsLayer::new(move |event: Event| seen.lock().unwrap().push(event));
//! let stack = layer.layer(service_fn(|_: Request<Body>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
//! }));
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! stack.oneshot(Request::new(Body::empty())).await.unwrap();
//! # });
//! let events = events.lock().unwrap();
//! assert_eq!(events.len(), 1);
//! assert_eq!(events[0].ended(), Ended::Complete);
//! ```
//!
//! # Beware
//!
//! - A sink must never block, panic or wait: it is called from `Drop`. [`JsonLines`] only puts a line
//!   of bounded length into a queue, which is bounded in lines and in bytes, and counts what it must
//!   drop when that is full.
//! - An [`Event`] holds on to the whole record of its exchange. A sink that queues events as they are
//!   is bounded in number only, and a client decides how much each of them holds.
//! - A long event stream is one exchange: its event comes when the stream ends.

mod event;
mod layer;
mod line;
mod sink;

pub use self::{
    event::{Ended, Event},
    layer::{Analytics, AnalyticsLayer, Recorded, ResponseFuture},
    sink::{JsonLines, Sink},
};
