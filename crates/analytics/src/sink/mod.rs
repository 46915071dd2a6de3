//! Where events go.

mod json_lines;

pub use self::json_lines::JsonLines;

use crate::Event;

/// Takes events.
///
/// Called from `Drop`, on the thread that serves the request: it must not block, wait or panic, and
/// must count what it cannot keep. What it does keep, it bounds in bytes: see [`Event`]. Implemented
/// for closures.
pub trait Sink: Send + Sync + 'static {
    /// Takes one event.
    fn record(&self, event: Event);
}

impl<F: Fn(Event) + Send + Sync + 'static> Sink for F {
    fn record(&self, event: Event) {
        self(event);
    }
}
