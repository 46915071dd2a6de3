//! The record of one exchange.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{Method, StatusCode};
use serde::Serialize;
use tollbar_core::Exchange;

use crate::line;

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// The whole answer was handed to the server.
    Complete,
    /// The client went before the answer was whole.
    ClientLeft,
    /// The answer broke off behind the gateway.
    UpstreamBroke,
    /// A stream was ended because the server stops.
    ShutDown,
    /// The answer was cut short because the right to it had ended: a key was revoked, a plan removed.
    Revoked,
}

/// Which proxy an exchange belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) name: Option<Box<str>>,
    pub(crate) version: Option<Box<str>>,
}

/// What happened in one exchange. Owned, and cheap to make: it shares the exchange's record.
///
/// As long as an event is kept, so is all that the record holds, which may be as long as a request.
/// A sink that keeps many of them takes out what it needs, such as [`to_json`](Self::to_json).
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) exchange: Exchange,
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) at: SystemTime,
    pub(crate) http_method: Method,
    pub(crate) status: Option<StatusCode>,
    pub(crate) head_after: Option<Duration>,
    pub(crate) total: Duration,
    pub(crate) bytes_out: u64,
    pub(crate) ended: Ended,
}

impl Event {
    /// What the layers learnt and decided.
    #[must_use]
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The proxy's name, when the layer was given one.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.name.as_deref()
    }

    /// When the request came in.
    #[must_use]
    pub const fn at(&self) -> SystemTime {
        self.at
    }

    /// The HTTP status. `None` when the client left before there was one.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// From the request's head until the end of the answer.
    #[must_use]
    pub const fn total(&self) -> Duration {
        self.total
    }

    /// Bytes of the answer's body that were handed to the server.
    #[must_use]
    pub const fn bytes_out(&self) -> u64 {
        self.bytes_out
    }

    /// How the exchange ended.
    #[must_use]
    pub const fn ended(&self) -> Ended {
        self.ended
    }

    /// The event as one JSON object, without a line end.
    ///
    /// Times are RFC 3339 in UTC, durations microseconds. Facts that are not known are left out. An
    /// array of messages has `calls`, a list of what each of them asks for.
    ///
    /// The length is bounded, whatever a client sent: of each string there are at most 1,024 bytes
    /// (with a `…` behind them when that is not all), and of an array the first 100 messages that
    /// have a method (`batch` says how many messages there were), whose methods and subjects share
    /// 16 KiB each. All control characters, line ends, and characters that reorder text or cannot be
    /// seen are escaped, so that a line can be shown on a terminal.
    #[must_use]
    pub fn to_json(&self) -> String {
        line::write(self)
    }
}
