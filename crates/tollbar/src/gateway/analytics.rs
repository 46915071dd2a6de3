//! What is written down.

use tollbar_analytics::{Capture, Sink};

use super::Gateway;

impl Gateway {
    /// Names the proxy in each event.
    #[must_use]
    pub fn name(mut self, name: impl Into<Box<str>>) -> Self {
        self.analytics = self.analytics.proxy(name);
        self
    }

    /// Names the proxy's version in each event.
    #[must_use]
    pub fn version(mut self, version: impl Into<Box<str>>) -> Self {
        self.analytics = self.analytics.proxy_version(version);
        self
    }

    /// Where each exchange's event goes. Default: nowhere. Several sinks stand in a `Vec`.
    #[must_use]
    pub fn analytics(mut self, sink: impl Sink) -> Self {
        self.analytics = self.analytics.sink(sink).inspect(true);
        self
    }

    /// Whether answers are looked into, for the errors and messages in them
    /// ([`AnalyticsLayer::inspect`](tollbar_analytics::AnalyticsLayer::inspect)). Default: where there is a sink. Call
    /// it behind [`analytics`](Self::analytics).
    #[must_use]
    pub fn inspect(mut self, inspects: bool) -> Self {
        self.analytics = self.analytics.inspect(inspects);
        self
    }

    /// The longest message that is looked into, in bytes. Default: 256 KiB. What is longer passes without a look.
    #[must_use]
    pub fn inspect_up_to(mut self, longest: usize) -> Self {
        self.analytics = self.analytics.inspect_up_to(longest);
        self
    }

    /// Writes down each message that passes, at most so many of an exchange, without what is in it. Default: 0.
    #[must_use]
    pub fn messages(mut self, most: usize) -> Self {
        self.analytics = self.analytics.messages(most);
        self
    }

    /// Keeps what was said, of some exchanges: see [`Capture`]. Default: of none.
    #[must_use]
    pub fn capture(mut self, capture: Capture) -> Self {
        self.analytics = self.analytics.capture(capture);
        self.captures = true;
        self
    }
}
