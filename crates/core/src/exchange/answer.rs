//! What came of an exchange: the part of the record that its answer writes.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use tollbar_mcp::Version;

use super::{AlreadyKnown, Answered, Exchange, Unframed};
use crate::{Filter, HeadFilter, Refusal, Watch, hook::Hooks};

impl Exchange {
    /// Why the request was refused, if it was. The first refusal stays.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.get()
    }

    /// Records a refusal that does not become a whole response, such as one inside a stream.
    pub(crate) fn note_refusal(&self, refusal: &Refusal) {
        let _ = self.0.refusal.set(refusal.clone());
    }

    /// From the start of the exchange until the upstream was asked.
    #[must_use]
    pub fn asked(&self) -> Option<Duration> {
        self.0.asked.get().copied()
    }

    /// Notes that the upstream is asked now: what came before was the gateway's own time. Called by the
    /// service at the end of the stack. The first time counts.
    pub fn note_asked(&self) {
        let _ = self.0.asked.set(self.0.started.elapsed());
    }

    /// What the upstream answered, once its response head is here.
    #[must_use]
    pub fn answered(&self) -> Option<Answered> {
        self.0.upstream.get().copied()
    }

    /// Sets what the upstream answered. Called by the service at the end of the stack.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when it was set before.
    pub fn set_answered(&self, status: StatusCode) -> Result<(), AlreadyKnown> {
        let answered = Answered {
            status,
            after: self.0.started.elapsed(),
        };
        self.0.upstream.set(answered).map_err(|_| AlreadyKnown)
    }

    /// What stands inside of a frame has answered this, and was asked then, where nobody has said so: a service that is
    /// embedded is its own MCP server.
    pub(crate) fn note_embedded(&self, asked: Duration, status: StatusCode) {
        if self.refusal().is_none() && self.set_answered(status).is_ok() {
            let _ = self.0.asked.set(asked);
        }
    }

    /// The length of the request's body, once a frame has read it.
    #[must_use]
    pub fn bytes_in(&self) -> Option<u64> {
        self.0.bytes_in.get().copied()
    }

    pub(crate) fn note_bytes_in(&self, bytes: usize) {
        let _ = self.0.bytes_in.set(bytes as u64);
    }

    /// Whether a stream of this exchange was ended because the server stops.
    #[must_use]
    pub fn was_drained(&self) -> bool {
        self.0.drained.get().is_some()
    }

    pub(crate) fn note_drained(&self) {
        let _ = self.0.drained.set(());
    }

    /// Whether the answer was cut short because the [`Grant`](crate::Grant) of this exchange had ended.
    #[must_use]
    pub fn was_revoked(&self) -> bool {
        self.0.revoked.get().is_some()
    }

    pub(crate) fn note_revoked(&self) {
        let _ = self.0.revoked.set(());
    }

    /// The version that the server's answer to this `initialize` has settled on.
    #[must_use]
    pub fn negotiated(&self) -> Option<Version> {
        self.0.negotiated.get().copied()
    }

    pub(crate) fn note_negotiated(&self, version: Version) {
        let _ = self.0.negotiated.set(version);
    }

    /// Whether a part of the answer passed that no [`Watch`] could see: too large, encoded, or not
    /// JSON-RPC.
    #[must_use]
    pub fn was_uninspected(&self) -> bool {
        self.0.uninspected.get().is_some()
    }

    pub(crate) fn note_uninspected(&self) {
        let _ = self.0.uninspected.set(());
    }

    /// Registers a filter on every message of the answer. Filters run inner to outer.
    ///
    /// # Errors
    ///
    /// [`Unframed`] when no frame has read the call, or when the answer has already begun. The
    /// caller must then refuse.
    pub fn filter(&self, filter: Arc<dyn Filter>) -> Result<(), Unframed> {
        if self.call().is_none() {
            return Err(Unframed);
        }
        self.0.hooks.filter(filter)
    }

    /// Registers an observer of every message of the answer, as the client will see it. Has no
    /// effect once the answer has begun, or where no frame walks it.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.0.hooks.watch(watch);
    }

    /// Registers a filter on the head of the answer. They run inner to outer, when the head leaves.
    ///
    /// # Errors
    ///
    /// [`Unframed`] when no frame has read the call, or when the answer has already begun. The
    /// caller must then refuse.
    pub fn filter_head(&self, filter: Arc<dyn HeadFilter>) -> Result<(), Unframed> {
        if self.call().is_none() {
            return Err(Unframed);
        }
        self.0.hooks.head(filter)
    }

    /// Takes the hooks; none can be added from here on.
    pub(crate) fn seal(&self) -> Hooks {
        self.0.hooks.seal()
    }
}
