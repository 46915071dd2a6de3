//! Spans, as a receiver reads them.

use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use tollbar_analytics::Worker;
use tollbar_core::Body;
use tollbar_mcp::TraceParent;
use tollbar_otel::{OtelSettings, Sampling, Spans};

use crate::{
    receiver::{Receiver, texts},
    stack::{CLIENT, DONE, OTHER, call, legacy, modern, send},
};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn worker(settings: &OtelSettings) -> Worker {
    let store = Spans::new(settings).unwrap();
    Worker::start("telemetry", Spans::bounds(), store).unwrap()
}

#[tokio::test]
async fn an_exchange_is_a_server_span_with_a_client_span_inside() {
    let receiver = Receiver::start(&[]);
    let mut settings = receiver.settings();
    let secret = "Bearer s3cret".parse().unwrap();
    settings.headers.insert("authorization", secret);
    settings
        .resource
        .push(("deployment.environment.name".to_owned(), "test".to_owned()));
    assert!(!format!("{settings:?}").contains("s3cret"));
    let worker = worker(&settings);
    let members = format!(r#""traceparent":"{CLIENT}","#);
    let request = modern(&members, &[("traceparent", OTHER)]);
    let answer = r#"{"jsonrpc":"2.0","id":"a-1","result":{"content":[],"isError":true}}"#;
    let (_, got) = send(Sampling::default(), worker.clone(), request, answer).await;
    assert!(worker.flush(PATIENCE));

    let head = &receiver.heads()[0];
    assert!(head.contains("content-type: application/x-protobuf\r\n"));
    assert!(head.contains("authorization: bearer s3cret\r\n"));
    let traces = receiver.traces();
    let resource = traces[0].resource_spans[0].resource.as_ref().unwrap();
    let resource = texts(&resource.attributes);
    assert_eq!(resource["service.name"], "tollbar");
    assert_eq!(resource["deployment.environment.name"], "test");

    let spans = receiver.spans();
    let [server, client] = &*spans else {
        panic!("{spans:?}");
    };
    let parent = TraceParent::parse(CLIENT).unwrap();
    let (headers, _) = got.unwrap();
    let told = headers["traceparent"].to_str().unwrap();
    let told = TraceParent::parse(told).unwrap();
    for span in [server, client] {
        assert_eq!(span.trace_id, parent.trace_id().to_be_bytes());
        assert_eq!(span.name, "tools/call add");
        assert_eq!(span.status.as_ref().unwrap().code, 2);
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
        let attributes = texts(&span.attributes);
        assert_eq!(attributes["mcp.method.name"], "tools/call");
        assert_eq!(attributes["gen_ai.tool.name"], "add");
        assert_eq!(attributes["gen_ai.operation.name"], "execute_tool");
        assert_eq!(attributes["jsonrpc.request.id"], "a-1");
        assert_eq!(attributes["mcp.protocol.version"], "2026-07-28");
        assert_eq!(attributes["error.type"], "tool_error");
    }
    assert_eq!(server.kind(), SpanKind::Server);
    assert_eq!(server.parent_span_id, parent.span_id().to_be_bytes());
    let link = TraceParent::parse(OTHER).unwrap();
    assert_eq!(server.links[0].trace_id, link.trace_id().to_be_bytes());
    assert_eq!(server.links[0].span_id, link.span_id().to_be_bytes());
    assert_eq!(texts(&server.attributes)["tollbar.proxy"], "files");
    assert_eq!(client.kind(), SpanKind::Client);
    assert_eq!(client.parent_span_id, server.span_id);
    assert_eq!(client.span_id, told.span_id().to_be_bytes());
    assert!(client.links.is_empty());
}

#[tokio::test]
async fn a_refusal_is_a_server_span_alone() {
    let receiver = Receiver::start(&[]);
    let worker = worker(&receiver.settings());
    let request = legacy("{", &[("traceparent", CLIENT)]);
    let (status, got) = send(Sampling::default(), worker.clone(), request, DONE).await;
    assert!(status.is_client_error() && got.is_none());
    assert!(worker.flush(PATIENCE));
    let spans = receiver.spans();
    let [server] = &*spans else {
        panic!("{spans:?}");
    };
    let parent = TraceParent::parse(CLIENT).unwrap();
    assert_eq!(server.trace_id, parent.trace_id().to_be_bytes());
    assert_eq!(server.parent_span_id, parent.span_id().to_be_bytes());
    assert_eq!(server.name, "POST");
    let attributes = texts(&server.attributes);
    assert_eq!(attributes["rpc.response.status_code"], "-32700");
    assert!(!attributes.contains_key("mcp.method.name"));
    assert_eq!(
        attributes["http.response.status_code"],
        status.as_u16().to_string()
    );
    assert!(!server.status.as_ref().unwrap().message.is_empty());
}

#[tokio::test]
async fn an_error_inside_of_a_200_has_its_code() {
    let receiver = Receiver::start(&[]);
    let worker = worker(&receiver.settings());
    let answer = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"unknown tool"}}"#;
    send(Sampling::default(), worker.clone(), call("add"), answer).await;
    assert!(worker.flush(PATIENCE));
    let spans = receiver.spans();
    assert_eq!(spans.len(), 2);
    for span in spans {
        let attributes = texts(&span.attributes);
        assert_eq!(attributes["error.type"], "-32602");
        assert_eq!(attributes["rpc.response.status_code"], "-32602");
        assert_eq!(attributes["jsonrpc.request.id"], "7");
        assert_eq!(attributes["http.response.status_code"], "200");
    }
}

#[tokio::test]
async fn messages_of_an_array_are_spans_of_their_own() {
    let receiver = Receiver::start(&[]);
    let worker = worker(&receiver.settings());
    let body = r#"[{"jsonrpc":"2.0","id":1,"method":"tools/list"},{"jsonrpc":"2.0","id":2,"method":"prompts/list"}]"#;
    let request = legacy(
        body,
        &[
            ("mcp-protocol-version", "2025-03-26"),
            ("traceparent", CLIENT),
        ],
    );
    let answer = r#"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{}}]"#;
    let (status, _) = send(Sampling::default(), worker.clone(), request, answer).await;
    assert_eq!(status, 200);
    assert!(worker.flush(PATIENCE));
    let spans = receiver.spans();
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(
        names,
        ["tools/list", "tools/list", "prompts/list", "prompts/list"]
    );
    let mut ids: Vec<_> = spans.iter().map(|span| span.span_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let trace = &spans[0].trace_id;
    assert!(spans.iter().all(|span| span.trace_id == *trace));
}

#[tokio::test]
async fn what_is_not_kept_is_not_sent_but_counted() {
    let receiver = Receiver::start(&[]);
    let mut settings = receiver.settings();
    settings.sampling.ratio = 0.0;
    let worker = worker(&settings);
    for _ in 0..3 {
        send(settings.sampling, worker.clone(), call("add"), DONE).await;
    }
    // Refused before a guard has seen it.
    let refused = legacy("{", &[]);
    send(settings.sampling, worker.clone(), refused, DONE).await;
    assert!(worker.flush(PATIENCE));
    assert!(receiver.spans().is_empty());
    let points = receiver.points("mcp.server.operation.duration");
    assert_eq!(points.iter().map(|point| point.count).sum::<u64>(), 3);
}

/// What a guard has seen, and what was refused before it.
#[tokio::test]
async fn who_began_a_trace_says_whether_it_is_sent_where_that_is_followed() {
    let unkept = CLIENT.replace("-01", "-00");
    for (follows_parent, parent, spans) in [
        (true, &*unkept, 0),
        (true, CLIENT, 3),
        (false, CLIENT, 0),
        (false, &*unkept, 0),
    ] {
        let receiver = Receiver::start(&[]);
        let mut settings = receiver.settings();
        settings.sampling.follows_parent = follows_parent;
        settings.sampling.ratio = if follows_parent { 1.0 } else { 0.0 };
        let worker = worker(&settings);
        let headers = [("traceparent", parent)];
        for request in [modern("", &headers), legacy("{", &headers)] {
            send(settings.sampling, worker.clone(), request, DONE).await;
        }
        assert!(worker.flush(PATIENCE));
        assert_eq!(receiver.spans().len(), spans, "{follows_parent} {parent}");
    }
}

#[tokio::test]
async fn hostile_names_arrive_as_they_are_and_bounded() {
    let receiver = Receiver::start(&[]);
    let worker = worker(&receiver.settings());
    let names = ["<script>alert(1)</script>", "\u{202e}txt.exe", "%00'--"];
    for name in names {
        let (status, _) = send(Sampling::default(), worker.clone(), call(name), DONE).await;
        assert_eq!(status, 200, "{name}");
    }
    let mut strange = http::Request::new(Body::empty());
    *strange.method_mut() = "EVIL-METHOD".parse().unwrap();
    send(Sampling::default(), worker.clone(), strange, DONE).await;
    let method = "m".repeat(900);
    let body = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}"}}"#);
    send(
        Sampling::default(),
        worker.clone(),
        legacy(&body, &[]),
        DONE,
    )
    .await;
    assert!(worker.flush(PATIENCE));
    let spans = receiver.spans();
    for name in names {
        let is_it = |it: &str| it.strip_prefix("tools/call ") == Some(name);
        assert_eq!(spans.iter().filter(|span| is_it(&span.name)).count(), 2);
    }
    assert!(spans.iter().any(|span| span.name == "HTTP"));
    assert!(spans.iter().all(|span| span.name.len() <= 2100));
    let points = receiver.points("mcp.server.operation.duration");
    let other = |point: &&_| {
        let point: &opentelemetry_proto::tonic::metrics::v1::HistogramDataPoint = point;
        texts(&point.attributes)["mcp.method.name"] == "_OTHER"
    };
    assert_eq!(points.iter().filter(other).count(), 1);
}
