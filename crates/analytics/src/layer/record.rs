//! The event in the making.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{HeaderValue, Method, StatusCode};
use tollbar_core::Exchange;
use tollbar_mcp::TraceParent;

use super::settings::Settings;
use crate::{
    Ended, ExchangeId,
    capture::Slot,
    event::{Making, Replies},
};

/// Collects the event and hands it over when it is dropped, so that no way out of an exchange can
/// miss it.
pub(super) struct Record {
    pub(super) settings: Arc<Settings>,
    pub(super) exchange: Exchange,
    pub(super) id: ExchangeId,
    pub(super) trace: Option<TraceParent>,
    pub(super) slot: Option<Slot>,
    pub(super) replies: Option<Arc<Replies>>,
    pub(super) at: SystemTime,
    pub(super) http_method: Method,
    /// The session that begins with the answer, as the client knows it.
    pub(super) begun: Option<HeaderValue>,
    pub(super) status: Option<StatusCode>,
    pub(super) head_after: Option<Duration>,
    pub(super) bytes_out: u64,
    /// What is known of the end. `None` when dropped means that the client left.
    pub(super) ended: Option<Ended>,
}

impl Drop for Record {
    fn drop(&mut self) {
        let ended = match self.ended {
            Some(_) if self.exchange.was_revoked() => Ended::Revoked,
            Some(Ended::Complete) if self.exchange.was_drained() => Ended::ShutDown,
            Some(ended) => ended,
            None => Ended::ClientLeft,
        };
        let seen = self.replies.as_ref().map(|replies| replies.take());
        let making = Making {
            exchange: &self.exchange,
            id: self.id,
            at: self.at,
            trace: self.trace,
            proxy: &self.settings.proxy,
            http_method: &self.http_method,
            status: self.status,
            head: self.head_after,
            bytes_out: self.bytes_out,
            session: self
                .settings
                .ids
                .session(&self.exchange, self.begun.as_ref()),
            seen: seen.unwrap_or_default(),
            most: self.settings.messages,
            ended,
            slot: self.slot.as_ref(),
        };
        making.each(|event| self.settings.sink.record(Arc::new(event)));
    }
}
