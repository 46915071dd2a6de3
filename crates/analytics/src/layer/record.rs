//! The event in the making.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{Method, StatusCode};
use tollbar_core::Exchange;

use crate::{Ended, Event, Sink, event::Proxy};

/// Collects the event and hands it over when it is dropped, so that no way out of an exchange can
/// miss it.
pub(super) struct Record {
    pub(super) sink: Arc<dyn Sink>,
    pub(super) exchange: Exchange,
    pub(super) proxy: Arc<Proxy>,
    pub(super) at: SystemTime,
    pub(super) http_method: Method,
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
        self.sink.record(Event {
            exchange: self.exchange.clone(),
            proxy: Arc::clone(&self.proxy),
            at: self.at,
            http_method: self.http_method.clone(),
            status: self.status,
            head_after: self.head_after,
            total: self.exchange.started().elapsed(),
            bytes_out: self.bytes_out,
            ended,
        });
    }
}
