//! The limits of a frame.

use std::{fmt, sync::Arc, time::Duration};

use tollbar_mcp::Limits;

use super::{budget::Budget, version::KnownVersions};
use crate::Filter;

/// Limits, and the filter that every frame has. Shared by all clones of a service.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) limits: Limits,
    pub(super) body_limit: usize,
    pub(super) body_timeout: Duration,
    pub(super) budget: Budget,
    pub(super) event_limit: usize,
    pub(super) keep_alive: Option<Duration>,
    pub(super) known_versions: Arc<dyn Filter>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            body_limit: 4 << 20,
            body_timeout: Duration::from_secs(30),
            budget: Budget::new(64 << 20),
            event_limit: 16 << 20,
            keep_alive: Some(Duration::from_secs(15)),
            known_versions: Arc::new(KnownVersions),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("limits", &self.limits)
            .field("body_limit", &self.body_limit)
            .field("body_timeout", &self.body_timeout)
            .field("event_limit", &self.event_limit)
            .field("keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}
