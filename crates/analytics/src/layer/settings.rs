//! What all exchanges of a layer share.

use std::{fmt, sync::Arc};

use crate::{
    Capture, ExchangeId, Sink,
    capture::Slot,
    event::{Ids, Proxy},
};

/// What all exchanges of a layer share.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) sink: Arc<dyn Sink>,
    pub(super) proxy: Arc<Proxy>,
    pub(super) ids: Arc<Ids>,
    /// What is kept of what was said.
    pub(super) capture: Option<Arc<Capture>>,
    /// Whether answers are looked into.
    pub(super) inspects: bool,
    /// The longest message that is looked into, in bytes.
    pub(super) longest: usize,
    /// How many messages of an exchange are written down.
    pub(super) messages: usize,
}

impl Settings {
    /// Where an exchange leaves what it says, if that is to be kept.
    pub(super) fn slot(&self, id: ExchangeId) -> Option<Slot> {
        let capture = self.capture.as_ref()?;
        capture.slot(self.proxy.name.as_deref(), id)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("proxy", &self.proxy)
            .field("inspects", &self.inspects)
            .finish_non_exhaustive()
    }
}
