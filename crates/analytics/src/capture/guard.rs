//! The place where a client's words can be read.

use http::request::Parts;
use tollbar_core::{Exchange, Guard, Pass, Refusal};

use super::Slot;

/// Takes what the client has sent, for a layer that has a [`Capture`](super::Capture). Never refuses anything.
///
/// Stands inside of the frame, and inside of the plans where conditions name consumers; outside of the guards whose
/// refusals are to be kept with what was asked. Without such a layer it does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaptureGuard;

impl Guard for CaptureGuard {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        if let Some(slot) = head.extensions.get::<Slot>() {
            slot.take_params(exchange);
        }
        Ok(Pass::new())
    }
}
