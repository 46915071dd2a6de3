//! Sinks side by side.

use std::sync::Arc;

use super::Sink;
use crate::{Event, Proxy};

impl<S: Sink + ?Sized> Sink for Arc<S> {
    fn record(&self, event: Arc<Event>) {
        (**self).record(event);
    }

    fn begin(&self, proxy: &Proxy) {
        (**self).begin(proxy);
    }
}

/// Each of them, in order. All share the one event.
impl Sink for Vec<Arc<dyn Sink>> {
    fn record(&self, event: Arc<Event>) {
        for sink in self {
            sink.record(Arc::clone(&event));
        }
    }

    fn begin(&self, proxy: &Proxy) {
        for sink in self {
            sink.begin(proxy);
        }
    }
}

/// Both, the first one first.
impl<A: Sink, B: Sink> Sink for (A, B) {
    fn record(&self, event: Arc<Event>) {
        self.0.record(Arc::clone(&event));
        self.1.record(event);
    }

    fn begin(&self, proxy: &Proxy) {
        self.0.begin(proxy);
        self.1.begin(proxy);
    }
}

/// It, when there is one.
impl<S: Sink> Sink for Option<S> {
    fn record(&self, event: Arc<Event>) {
        if let Some(sink) = self {
            sink.record(event);
        }
    }

    fn begin(&self, proxy: &Proxy) {
        if let Some(sink) = self {
            sink.begin(proxy);
        }
    }
}
