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
//! let layer = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event));
//! let stack = layer.layer(service_fn(|_: Request<Body>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
//! }));
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! stack.oneshot(Request::new(Body::empty())).await.unwrap();
//! # });
//! let events = events.lock().unwrap();
//! assert_eq!(events.len(), 1);
//! assert_eq!(events[0].ended, Ended::Complete);
//! ```
//!
//! Put a frame ([`FrameLayer`](tollbar_core::frame::FrameLayer)) inside of it: without one an event knows no method, no
//! tool, and no error inside of a 200. A service that stands inside of the frame counts as the MCP server. An event has its
//! facts as fields, and all of them as a line: [`Event::to_json`].
//!
//! # Beware
//!
//! - A sink must never block, panic or wait: it is called from `Drop`. [`JsonLines`] only puts a line
//!   of bounded length into a queue, which is bounded in lines and in bytes, and counts what it must
//!   drop when that is full.
//! - An [`Event`] is owned and bounded, and shared by all sinks. It holds on to what the plan keeps of its consumer.
//! - A long event stream is one exchange: its event comes when the stream ends.

mod capture;
mod event;
mod layer;
mod line;
mod metrics;
mod secret;
mod sink;

pub use self::{
    capture::{Capture, CaptureGuard, Captured, InvalidRedaction},
    event::{
        Answer, Asked, Direction, Ended, Event, ExchangeId, Outcome, Passed, Proxy, Refused, Sizes,
        Times,
    },
    layer::{Analytics, AnalyticsLayer, Recorded, ResponseFuture},
    metrics::{MetricBounds, Metrics},
    sink::{
        Bounds, Fsync, JsonLines, PartlyKept, Reopen, RotatingFile, Rotation, Sink, Store, Worker,
    },
};
