//! The layer that sees an exchange from its head to its end.

mod body;
mod future;
mod record;
mod service;
mod settings;

use std::sync::Arc;

pub use self::{body::Recorded, future::ResponseFuture, service::Analytics};

use tower_layer::Layer;

use self::settings::Settings;
use crate::{Capture, Sink, event::Ids};

/// Hands one [`Event`](crate::Event) per exchange to a [`Sink`], and of an array of messages (MCP 2025-03-26) one
/// for each, when the answer's body has ended or was dropped. Stands outside of all layers whose decisions it is to
/// see.
///
/// Where a [`Frame`](tollbar_core::frame::FrameLayer) stands inside, it looks at the messages of answers as they
/// pass: that is how an event knows of an error inside of a 200. It neither delays nor changes them, and what it
/// cannot read passes all the same.
#[derive(Clone, Debug)]
pub struct AnalyticsLayer(Settings);

impl AnalyticsLayer {
    /// A layer that hands its events to this sink.
    pub fn new(sink: impl Sink) -> Self {
        Self(Settings {
            sink: Arc::new(sink),
            proxy: Arc::default(),
            ids: Arc::new(Ids::new()),
            capture: None,
            inspects: true,
            longest: 256 << 10,
            messages: 0,
        })
    }

    /// Hands its events to this sink instead.
    #[must_use]
    pub fn sink(mut self, sink: impl Sink) -> Self {
        self.0.sink = Arc::new(sink);
        self
    }

    /// Names the proxy in each event.
    #[must_use]
    pub fn proxy(mut self, name: impl Into<Box<str>>) -> Self {
        Arc::make_mut(&mut self.0.proxy).name = Some(name.into());
        self
    }

    /// Names the proxy's version in each event.
    #[must_use]
    pub fn proxy_version(mut self, version: impl Into<Box<str>>) -> Self {
        Arc::make_mut(&mut self.0.proxy).version = Some(version.into());
        self
    }

    /// Whether answers are looked into. Default: yes. Where they are not, an event knows no JSON-RPC code of the MCP
    /// server, no `isError` and no number of messages.
    #[must_use]
    pub const fn inspect(mut self, inspects: bool) -> Self {
        self.0.inspects = inspects;
        self
    }

    /// The longest message that is looked into, in bytes: so much of each answer may be held while it passes, and
    /// longer ones pass without a look. Default: 256 KiB.
    #[must_use]
    pub const fn inspect_up_to(mut self, longest: usize) -> Self {
        self.0.longest = longest;
        self
    }

    /// Writes down each message that passes, at most so many of an exchange: which way it went, its kind, method (cut at
    /// 64 bytes) and length. Default: 0. Those of answers only where they are looked into. However many are allowed, all
    /// of an exchange weigh at most 64 KiB together, which are some 1,000; what comes behind those is only counted
    /// ([`Sizes::messages`](crate::Sizes::messages)).
    #[must_use]
    pub const fn messages(mut self, most: usize) -> Self {
        self.0.messages = most;
        self
    }

    /// Keeps what was said, of some exchanges. Default: of none. Needs a [`CaptureGuard`](crate::CaptureGuard) inside
    /// of the frame.
    #[must_use]
    pub fn capture(mut self, capture: Capture) -> Self {
        self.0.capture = Some(Arc::new(capture));
        self
    }
}

impl<S> Layer<S> for AnalyticsLayer {
    type Service = Analytics<S>;

    fn layer(&self, inner: S) -> Analytics<S> {
        Analytics::new(inner, Arc::new(self.0.clone()))
    }
}
