//! The layer and its limits.

use std::{sync::Arc, time::Duration};

use tollbar_mcp::Limits;
use tower_layer::Layer;

use super::{budget::Budget, service::Frame, settings::Settings};

/// Reads what is asked and walks what is answered. See the [module](super).
#[derive(Clone, Debug)]
pub struct FrameLayer {
    settings: Arc<Settings>,
}

impl FrameLayer {
    /// A frame with the default limits: request bodies of 4 MiB read within 30 s and no more than
    /// 64 MiB of them at a time, events and
    /// filtered answers of 16 MiB, a keep-alive comment after 15 s of silence, and the message
    /// limits of [`Limits::default`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            settings: Arc::default(),
        }
    }

    /// Limits on what is inside a message: depth, batch length, lengths of names.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        Arc::make_mut(&mut self.settings).limits = limits;
        self
    }

    /// The longest request body, in bytes. Default 4 MiB. A longer one is refused with 413.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.settings).body_limit = bytes;
        self
    }

    /// How long a client may take to send a request body. Default 30 s. A slower one is refused
    /// with 408.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.settings).body_timeout = timeout;
        self
    }

    /// How many bytes of request bodies may be held at a time, over all requests of this layer and
    /// its services. Default 64 MiB. A body is held until the inner service has let go of it; one
    /// of up to 16 KiB does not count. What is beyond is refused with 503.
    #[must_use]
    pub fn body_budget(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.settings).budget = Budget::new(bytes);
        self
    }

    /// The longest event or JSON answer that hooks look at, in bytes. Default 16 MiB. A longer one
    /// is refused under a filter, and passes unseen by a watch.
    #[must_use]
    pub fn event_limit(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.settings).event_limit = bytes;
        self
    }

    /// After how much silence an event stream gets a comment, so that nobody between takes it for
    /// dead. Default 15 s; `None` turns it off.
    #[must_use]
    pub fn keep_alive(mut self, silence: Option<Duration>) -> Self {
        Arc::make_mut(&mut self.settings).keep_alive = silence;
        self
    }
}

impl Default for FrameLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for FrameLayer {
    type Service = Frame<S>;

    fn layer(&self, inner: S) -> Frame<S> {
        Frame::new(inner, Arc::clone(&self.settings))
    }
}
