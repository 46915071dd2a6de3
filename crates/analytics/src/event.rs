//! The record of one exchange.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{Method, StatusCode};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tollbar_core::Exchange;
use tollbar_mcp::{Era, Kind, Version};

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
}

/// Which proxy an exchange belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) name: Option<Box<str>>,
    pub(crate) version: Option<Box<str>>,
}

/// What happened in one exchange. Owned, and cheap to make: it shares the exchange's record, and is
/// written out elsewhere.
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

    /// The event as one JSON object, without a line end. Times are RFC 3339 in UTC, durations
    /// microseconds.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(&Row::of(self)).unwrap_or_default()
    }
}

/// The JSON shape. Absent facts are left out.
#[derive(Serialize)]
struct Row<'a> {
    time: String,
    #[serde(flatten)]
    proxy: ProxyRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<std::net::IpAddr>,
    http_method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    era: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_version: Option<&'a str>,
    #[serde(flatten)]
    consumer: ConsumerRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(flatten)]
    refusal: RefusalRow<'a>,
    ended: Ended,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_us: Option<u64>,
    total_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_in: Option<u64>,
    bytes_out: u64,
}

#[derive(Serialize)]
struct ProxyRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_version: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct ConsumerRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a str>,
    #[serde(rename = "consumer", skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct RefusalRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
}

impl<'a> Row<'a> {
    fn of(event: &'a Event) -> Self {
        let exchange = &event.exchange;
        let call = exchange.call();
        let message = call.and_then(|call| call.message());
        let client = message.and_then(|message| message.client());
        let subject = call.and_then(|call| call.subject());
        let answered = exchange.answered();
        Self {
            time: OffsetDateTime::from(event.at)
                .format(&Rfc3339)
                .unwrap_or_default(),
            proxy: ProxyRow {
                proxy: event.proxy.name.as_deref(),
                proxy_version: event.proxy.version.as_deref(),
            },
            peer: exchange.peer().map(|peer| peer.ip()),
            http_method: event.http_method.as_str(),
            era: call.map(|call| match call.era() {
                Era::Legacy => "legacy",
                Era::Modern => "modern",
            }),
            version: call.and_then(|call| call.version()).map(Version::as_str),
            method: call.and_then(|call| match call.kind() {
                Kind::Post => call.method().map(|method| method.as_str()),
                Kind::Listen => Some("GET stream"),
                Kind::End => Some("session end"),
            }),
            subject_kind: subject.map(|subject| subject.kind()),
            subject: subject.and_then(|subject| subject.name()),
            batch: call
                .filter(|call| call.is_batch())
                .map(|call| call.messages().len()),
            client: client.map(|client| client.name()),
            client_version: client.map(|client| client.version()),
            consumer: exchange.consumer().map(ConsumerRow::of).unwrap_or_default(),
            status: event.status.map(|status| status.as_u16()),
            refusal: exchange.refusal().map(RefusalRow::of).unwrap_or_default(),
            ended: event.ended,
            upstream_status: answered.map(|answered| answered.status.as_u16()),
            upstream_us: answered.map(|answered| micros(answered.after)),
            head_us: event.head_after.map(micros),
            total_us: micros(event.total),
            bytes_in: exchange.bytes_in(),
            bytes_out: event.bytes_out,
        }
    }
}

impl<'a> ConsumerRow<'a> {
    fn of(consumer: &'a tollbar_core::Consumer) -> Self {
        Self {
            plan: Some(consumer.plan()),
            subject: consumer.subject(),
            client_id: consumer.client_id(),
            key_id: consumer.key_id(),
        }
    }
}

impl<'a> RefusalRow<'a> {
    fn of(refusal: &'a tollbar_core::Refusal) -> Self {
        Self {
            refusal: Some(refusal.kind().as_str()),
            reason: Some(refusal.reason()),
            message: Some(refusal.message()),
            code: Some(refusal.code().0),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
