//! Spans out of events.

use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{
        Span as Message, Status,
        span::{Link, SpanKind},
        status::StatusCode,
    },
};
use tollbar_analytics::{Ended, Event};
use tollbar_core::Span;
use tollbar_mcp::{TraceParent, Version};

use crate::{
    attribute::Attributes,
    operation::{Operation, Side},
};

/// The flags of a span that say whether its parent is of another process: known, and so.
const REMOTE: u32 = 0x300;
/// Known, and not so.
const LOCAL: u32 = 0x100;

/// The SERVER span of an event, and the CLIENT span inside of it, where the MCP server was asked.
pub(crate) fn spans(event: &Event, place: &Span) -> impl Iterator<Item = Message> {
    let client = event.times.asked.map(|asked| client(event, place, asked));
    [Some(server(event, place)), client].into_iter().flatten()
}

fn server(event: &Event, place: &Span) -> Message {
    let parent = place.parent();
    let flags = parent.map_or(LOCAL, |_| REMOTE);
    let links = place.link().map(|link| Link {
        trace_id: link.trace_id().to_be_bytes().into(),
        span_id: link.span_id().to_be_bytes().into(),
        flags: flag(link) | REMOTE,
        ..Link::default()
    });
    Message {
        parent_span_id: parent.map_or_else(Vec::new, |parent| parent.to_be_bytes().into()),
        kind: SpanKind::Server.into(),
        flags: flag(place.own()) | flags,
        start_time_unix_nano: nanos(event.at),
        links: links.into_iter().collect(),
        ..message(event, place.own(), Side::Server)
    }
}

fn client(event: &Event, place: &Span, asked: Duration) -> Message {
    Message {
        parent_span_id: place.own().span_id().to_be_bytes().into(),
        kind: SpanKind::Client.into(),
        flags: flag(place.onward()) | LOCAL,
        start_time_unix_nano: nanos(event.at + asked.min(event.times.total)),
        ..message(event, place.onward(), Side::Client)
    }
}

/// What both have in common.
fn message(event: &Event, own: TraceParent, side: Side) -> Message {
    let operation = Operation(event);
    let refusal = event.refusal.as_ref().filter(|_| side == Side::Server);
    let status = operation.error_type(side).map(|_| Status {
        code: StatusCode::Error.into(),
        message: refusal.map_or_else(String::new, |refusal| refusal.message.to_string()),
    });
    Message {
        trace_id: own.trace_id().to_be_bytes().into(),
        span_id: own.span_id().to_be_bytes().into(),
        name: operation.span_name(),
        end_time_unix_nano: nanos(event.at + event.times.total),
        attributes: attributes(event, side),
        status,
        ..Message::default()
    }
}

fn attributes(event: &Event, side: Side) -> Vec<KeyValue> {
    let operation = Operation(event);
    let asked = event.asked.as_ref();
    let mut all = Attributes::default();
    all.text_if("mcp.method.name", operation.method().map(|it| it.as_str()));
    all.text_if("error.type", operation.error_type(side));
    all.text_if("gen_ai.tool.name", operation.tool());
    all.text_if("gen_ai.prompt.name", operation.prompt());
    let is_tool = operation.tool().is_some();
    all.text_if("gen_ai.operation.name", is_tool.then_some("execute_tool"));
    all.text_if("jsonrpc.request.id", operation.request_id());
    all.text_if("mcp.resource.uri", operation.resource());
    let code = operation.code(side);
    all.text_if("rpc.response.status_code", code.map(|it| it.to_string()));
    let version = asked.and_then(|asked| asked.version).map(Version::as_str);
    all.text_if("mcp.protocol.version", version);
    let session = event.session.map(|session| format!("{session:016x}"));
    all.text_if("mcp.session.id", session);
    all.text("network.protocol.name", "http");
    all.text("network.transport", "tcp");
    match side {
        Side::Server => server_attributes(event, &mut all),
        Side::Client => {
            let status = event.upstream.map(|answer| answer.status.as_u16());
            if let Some(status) = status {
                all.integer("http.response.status_code", status);
            }
        }
    }
    all.into_list()
}

/// What only the gateway's own span says.
fn server_attributes(event: &Event, all: &mut Attributes) {
    let address = event.address.map(|address| address.to_string());
    all.text_if("client.address", address);
    all.text("http.request.method", &*event.http_method);
    if let Some(status) = event.status {
        all.integer("http.response.status_code", status.as_u16());
    }
    all.text("tollbar.exchange.id", event.id.to_string());
    all.text_if("tollbar.proxy", event.proxy.name.as_deref());
    let plan = event.consumer.as_ref().map(|consumer| consumer.plan());
    all.text_if("tollbar.plan", plan);
    if event.ended != Ended::Complete {
        all.text("tollbar.ended", event.ended.as_str());
    }
}

fn flag(place: TraceParent) -> u32 {
    u32::from(place.is_sampled())
}

pub(crate) fn nanos(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    let nanos = since.as_ref().map_or(0, Duration::as_nanos);
    u64::try_from(nanos).unwrap_or(u64::MAX)
}
