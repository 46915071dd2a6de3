//! The layer that sees an exchange from its head to its end.

mod body;
mod future;
mod record;
mod service;

use std::{fmt, sync::Arc};

pub use self::{body::Recorded, future::ResponseFuture, service::Analytics};

use tower_layer::Layer;

use crate::{Sink, event::Proxy};

/// Hands one [`Event`](crate::Event) per exchange to a [`Sink`], when the answer's body has ended or
/// was dropped. Stands outside of all layers whose decisions it is to see.
#[derive(Clone)]
pub struct AnalyticsLayer {
    sink: Arc<dyn Sink>,
    proxy: Arc<Proxy>,
}

impl AnalyticsLayer {
    /// A layer that hands its events to this sink.
    pub fn new(sink: impl Sink) -> Self {
        Self {
            sink: Arc::new(sink),
            proxy: Arc::default(),
        }
    }

    /// Names the proxy in each event.
    #[must_use]
    pub fn proxy(mut self, name: impl Into<Box<str>>) -> Self {
        Arc::make_mut(&mut self.proxy).name = Some(name.into());
        self
    }

    /// Names the proxy's version in each event.
    #[must_use]
    pub fn proxy_version(mut self, version: impl Into<Box<str>>) -> Self {
        Arc::make_mut(&mut self.proxy).version = Some(version.into());
        self
    }
}

impl fmt::Debug for AnalyticsLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnalyticsLayer")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for AnalyticsLayer {
    type Service = Analytics<S>;

    fn layer(&self, inner: S) -> Analytics<S> {
        Analytics::new(inner, Arc::clone(&self.sink), Arc::clone(&self.proxy))
    }
}
