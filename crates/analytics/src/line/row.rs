//! The JSON shape of an event.

use std::{net::IpAddr, time::Duration};

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tollbar_core::Consumer;
use tollbar_mcp::{Era, MessageKind, Version};

use super::{is_false, verdict::VerdictRow};
use crate::{
    Direction, Ended, Event, Passed, Refused,
    event::{LONGEST, cut},
};

/// The JSON shape. Absent facts are left out.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    time: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<IpAddr>,
    /// The client's address, where a proxy in front has told another one than the peer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    http_method: &'a str,
    #[serde(flatten)]
    asked: AskedRow<'a>,
    /// How many messages the array has, and which of them this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_version: Option<&'a str>,
    #[serde(flatten)]
    consumer: ConsumerRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(flatten)]
    verdict: VerdictRow,
    /// How many parts of the answer a policy has kept back.
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(flatten)]
    refusal: RefusalRow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    ended: Ended,
    #[serde(flatten)]
    upstream: UpstreamRow,
    /// Said only where it is so.
    #[serde(skip_serializing_if = "is_false")]
    not_inspected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_us: Option<u64>,
    total_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_out: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    /// JSON as text, since it may have been cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_params: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_result: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_error: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed: Vec<PassedRow<'a>>,
}

#[derive(Serialize)]
struct PassedRow<'a> {
    direction: Direction,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    size: usize,
    after_us: u64,
}

#[derive(Default, Serialize)]
struct AskedRow<'a> {
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
    rpc_id: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct ConsumerRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Box<str>>,
    /// Said only where it is not so, or might not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pseudonym: Option<Box<str>>,
    #[serde(rename = "consumer", skip_serializing_if = "Option::is_none")]
    subject: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Box<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<&'a str>,
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
    message: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct UpstreamRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_code: Option<i64>,
    /// Said only where it is so.
    #[serde(skip_serializing_if = "is_false")]
    tool_error: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_us: Option<u64>,
}

impl<'a> Row<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let time = OffsetDateTime::from(event.at).format(&Rfc3339);
        let (times, sizes) = (&event.times, &event.sizes);
        // What is of the whole exchange stands in one line of it.
        let is_first = event.batch.is_none_or(|(index, _)| index == 0);
        let client = event.client.as_ref();
        let captured = event.captured.as_deref();
        Self {
            time: time.unwrap_or_default(),
            id: event.id.to_string(),
            trace: event.trace_id().map(|trace| format!("{trace:032x}")),
            proxy: event.proxy.name.as_deref(),
            proxy_version: event.proxy.version.as_deref(),
            peer: event.peer,
            address: event
                .address
                .filter(|_| event.address != event.peer.map(|peer| peer.to_canonical())),
            http_method: &event.http_method,
            asked: AskedRow::of(event),
            batch: event.batch.map(|(_, length)| length),
            batch_index: event.batch.map(|(index, _)| index),
            client: client.map(|client| client.name()),
            client_version: client.map(|client| client.version()),
            consumer: event
                .consumer
                .as_ref()
                .map(ConsumerRow::of)
                .unwrap_or_default(),
            session: event.session.map(|session| format!("{session:016x}")),
            verdict: event
                .verdict
                .as_ref()
                .map(VerdictRow::of)
                .unwrap_or_default(),
            hidden: Some(event.hidden).filter(|hidden| *hidden > 0 && is_first),
            status: event.status.map(|status| status.as_u16()),
            refusal: event
                .refusal
                .as_ref()
                .map(RefusalRow::of)
                .unwrap_or_default(),
            code: event.code(),
            ended: event.ended,
            upstream: UpstreamRow::of(event),
            not_inspected: !event.is_inspected,
            head_us: times.head.map(micros),
            own_us: times.own().map(micros),
            total_us: micros(times.total),
            bytes_in: sizes.bytes_in,
            bytes_out: is_first.then_some(sizes.bytes_out),
            messages: Some(sizes.messages).filter(|messages| *messages > 0),
            captured_params: captured.and_then(|it| it.params.as_deref()),
            captured_result: captured.and_then(|it| it.result.as_deref()),
            captured_error: captured.and_then(|it| it.error.as_deref()),
            passed: event.passed.iter().map(PassedRow::of).collect(),
        }
    }
}

impl<'a> AskedRow<'a> {
    fn of(event: &'a Event) -> Self {
        let Some(asked) = &event.asked else {
            return Self::default();
        };
        Self {
            era: Some(match asked.era {
                Era::Legacy => "legacy",
                Era::Modern => "modern",
            }),
            version: asked.version.map(Version::as_str),
            method: asked.method_name(),
            subject_kind: asked.subject_kind,
            subject: asked.subject.as_deref(),
            rpc_id: asked.rpc_id.as_deref(),
        }
    }
}

impl<'a> ConsumerRow<'a> {
    fn of(consumer: &'a Consumer) -> Self {
        let mut left = SCOPES.1;
        let scopes = consumer.scopes().take(SCOPES.0).take_while(|scope| {
            let fits = scope.len() <= left;
            left = left.saturating_sub(scope.len());
            fits
        });
        Self {
            plan: Some(text(consumer.plan())),
            verified: verified(consumer),
            pseudonym: consumer.pseudonym().map(text),
            subject: consumer.subject().map(text),
            client_id: consumer.client_id().map(text),
            key_id: consumer.key_id().map(text),
            key: consumer.key_name().map(text),
            scopes: scopes.collect(),
        }
    }
}

impl<'a> RefusalRow<'a> {
    fn of(refusal: &'a Refused) -> Self {
        Self {
            refusal: Some(refusal.kind.as_str()),
            reason: Some(refusal.reason),
            message: Some(&refusal.message),
        }
    }
}

impl<'a> PassedRow<'a> {
    fn of(passed: &'a Passed) -> Self {
        Self {
            direction: passed.direction,
            kind: match passed.kind {
                MessageKind::Request => "request",
                MessageKind::Notification => "notification",
                MessageKind::Response => "response",
            },
            method: passed.method.as_deref(),
            size: passed.size,
            after_us: micros(passed.after),
        }
    }
}

impl UpstreamRow {
    fn of(event: &Event) -> Self {
        let answer = event.upstream.as_ref();
        Self {
            upstream_status: answer.map(|answer| answer.status.as_u16()),
            upstream_code: answer.and_then(|answer| answer.code),
            tool_error: answer.is_some_and(|answer| answer.is_tool_error),
            upstream_us: event.times.answered.map(micros),
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

/// What a plan says. It knows what is a secret.
fn text(text: &str) -> Box<str> {
    cut(text, LONGEST)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
