//! The JSON shape of an event.

use std::{net::IpAddr, time::Duration};

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tollbar_core::{Consumer, Refusal};
use tollbar_mcp::{Era, Kind, Version};

use super::{
    calls::CallRow,
    text::{LONGEST, Text},
    verdict::VerdictRow,
};
use crate::{Ended, Event};

/// The JSON shape. Absent facts are left out.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    time: String,
    #[serde(flatten)]
    proxy: ProxyRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<IpAddr>,
    /// The client's address, where a proxy in front has told another one than the peer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    http_method: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    era: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<CallRow<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_version: Option<Text<'a>>,
    #[serde(flatten)]
    consumer: ConsumerRow<'a>,
    #[serde(flatten)]
    verdict: VerdictRow<'a>,
    /// How many parts of the answer a policy has kept back.
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<u64>,
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
    proxy: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_version: Option<Text<'a>>,
}

#[derive(Default, Serialize)]
struct ConsumerRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Text<'a>>,
    /// Said only where it is not so, or might not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pseudonym: Option<Text<'a>>,
    #[serde(rename = "consumer", skip_serializing_if = "Option::is_none")]
    subject: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<Text<'a>>,
}

/// How many scopes of a consumer are listed, and how many bytes they may have together.
const SCOPES: (usize, usize) = (64, 4 << 10);

#[derive(Default, Serialize)]
struct RefusalRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
}

impl<'a> Row<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let exchange = &event.exchange;
        let call = exchange.call();
        let message = call.and_then(|call| call.message());
        let client = message.and_then(|message| message.client());
        let subject = call.and_then(|call| call.subject());
        let answered = exchange.answered();
        let (peer, address) = (exchange.peer(), exchange.client());
        Self {
            time: OffsetDateTime::from(event.at)
                .format(&Rfc3339)
                .unwrap_or_default(),
            proxy: ProxyRow {
                proxy: event.proxy.name.as_deref().map(Text::new),
                proxy_version: event.proxy.version.as_deref().map(Text::new),
            },
            peer: peer.map(|peer| peer.ip()),
            address: address.filter(|_| address != peer.map(|peer| peer.ip().to_canonical())),
            http_method: Text::new(event.http_method.as_str()),
            era: call.map(|call| match call.era() {
                Era::Legacy => "legacy",
                Era::Modern => "modern",
            }),
            version: call.and_then(|call| call.version()).map(Version::as_str),
            method: call.and_then(|call| match call.kind() {
                Kind::Post => call.method().map(|method| Text::new(method.as_str())),
                Kind::Listen => Some(Text::new("GET stream")),
                Kind::End => Some(Text::new("session end")),
            }),
            subject_kind: subject.map(|subject| subject.kind()),
            subject: subject.and_then(|subject| subject.name()).map(Text::new),
            batch: call
                .filter(|call| call.is_batch())
                .map(|call| call.messages().len()),
            calls: call.and_then(|call| CallRow::all(call, exchange.verdicts())),
            client: client.map(|client| Text::new(client.name())),
            client_version: client.map(|client| Text::new(client.version())),
            consumer: exchange.consumer().map(ConsumerRow::of).unwrap_or_default(),
            verdict: match exchange.verdicts() {
                [verdict] => VerdictRow::of(verdict, LONGEST),
                _ => VerdictRow::default(),
            },
            hidden: Some(exchange.hidden()).filter(|hidden| *hidden > 0),
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
    fn of(consumer: &'a Consumer) -> Self {
        let listed = consumer.scopes().take(SCOPES.0).count();
        let longest = SCOPES.1 / listed.max(1);
        let scopes = consumer.scopes().take(SCOPES.0);
        Self {
            plan: Some(Text::new(consumer.plan())),
            verified: verified(consumer),
            pseudonym: consumer.pseudonym().map(Text::new),
            subject: consumer.subject().map(Text::new),
            client_id: consumer.client_id().map(Text::new),
            key_id: consumer.key_id().map(Text::new),
            key: consumer.key_name().map(Text::new),
            scopes: scopes.map(|scope| Text::of(scope, longest)).collect(),
        }
    }
}

impl<'a> RefusalRow<'a> {
    fn of(refusal: &'a Refusal) -> Self {
        Self {
            refusal: Some(refusal.kind().as_str()),
            reason: Some(refusal.reason()),
            message: Some(Text::new(refusal.message())),
            code: Some(refusal.code().0),
        }
    }
}

/// Whether a plan knows who asked, behind a server that judges by itself. Of others nobody doubts it.
fn verified(consumer: &Consumer) -> Option<bool> {
    match (consumer.is_verified(), consumer.pseudonym()) {
        (false, _) => Some(false),
        (true, Some(_)) => Some(true),
        (true, None) => None,
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
