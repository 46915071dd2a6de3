//! Where events go.

mod beside;
mod bounds;
mod file;
mod health;
mod json_lines;
mod lines;
mod rotating;
mod rotation;
mod run;
mod state;
mod store;
mod worker;

pub use self::{
    bounds::Bounds,
    json_lines::JsonLines,
    rotating::{Reopen, RotatingFile},
    rotation::{Fsync, Rotation},
    store::{PartlyKept, Store},
    worker::Worker,
};

use std::sync::Arc;

use crate::{Event, Proxy};

/// Takes events.
///
/// Called from `Drop`, on the thread that serves the request: it must not block, wait or panic, and
/// must count what it cannot keep. What it does keep, it bounds in bytes: see [`Event::weight`]. Implemented
/// for closures.
pub trait Sink: Send + Sync + 'static {
    /// Takes one event.
    fn record(&self, event: Arc<Event>);

    /// An exchange has begun: there will be an event of it, or several with the same id. Does nothing by default.
    fn begin(&self, proxy: &Proxy) {
        let _ = proxy;
    }
}

impl<F: Fn(Arc<Event>) + Send + Sync + 'static> Sink for F {
    fn record(&self, event: Arc<Event>) {
        self(event);
    }
}
