//! Where the events of one proxy go.

use std::sync::Arc;

use tollbar::analytics::{Event, Proxy, Sink};

use crate::readiness::Health;

/// Where the events of one proxy go: what its server's health is told by, and all that is written down.
pub(crate) struct Recorder {
    pub(super) health: Health,
    pub(super) sinks: Vec<Arc<dyn Sink>>,
}

impl Sink for Recorder {
    fn record(&self, event: Arc<Event>) {
        let refusal = event.refusal.as_ref().map(|refusal| refusal.reason);
        self.health.learn(refusal, event.upstream.is_some());
        self.sinks.record(event);
    }

    fn begin(&self, proxy: &Proxy) {
        self.sinks.begin(proxy);
    }
}
