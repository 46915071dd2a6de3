//! Spans and metrics arrive at a receiver that reads the protocol.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    trace::v1::{Span, span::SpanKind},
};
use prost::Message as _;
use tollbar::{Server, core::Body};
use tollbar_tests::{local::Local, programs::demo};
use tower::service_fn;

use super::folder::Folder;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[derive(Default)]
struct Received {
    spans: Vec<Span>,
    metrics: Vec<String>,
}

#[tokio::test]
async fn an_exchange_is_two_spans_of_the_trace_that_it_came_with() {
    let received = Arc::new(Mutex::new(Received::default()));
    let receiving = Arc::clone(&received);
    let receiver = service_fn(move |request: Request<Body>| {
        let receiving = Arc::clone(&receiving);
        async move {
            let path = request.uri().path().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let mut received = receiving.lock().unwrap();
            if path == "/v1/traces" {
                let export = ExportTraceServiceRequest::decode(body).unwrap();
                let scopes = export
                    .resource_spans
                    .into_iter()
                    .flat_map(|it| it.scope_spans);
                received.spans.extend(scopes.flat_map(|scope| scope.spans));
            } else {
                assert_eq!(path, "/v1/metrics");
                let export = ExportMetricsServiceRequest::decode(body).unwrap();
                let scopes = export
                    .resource_metrics
                    .into_iter()
                    .flat_map(|it| it.scope_metrics);
                let metrics = scopes.flat_map(|scope| scope.metrics);
                received.metrics.extend(metrics.map(|metric| metric.name));
            }
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    });
    let receiver = Local::serve(receiver, Server::new());
    let (_demo, upstream) = demo();
    let sections = format!("[telemetry]\nendpoint = \"http://{}\"\n", receiver.address);
    let folder = Folder::new(&upstream, "", &sections);
    let mut gateway = folder.start();
    let client = reqwest::Client::new();
    let call = gateway
        .call(&client, "echo", "a")
        .header("traceparent", TRACE);
    assert_eq!(call.send().await.unwrap().status(), 200);
    let started = Instant::now();
    while received.lock().unwrap().spans.len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Metrics come once a minute, and at the end.
    tokio::task::spawn_blocking(move || assert_eq!(gateway.running.terminate(), Some(0)))
        .await
        .unwrap();
    let received = received.lock().unwrap();
    let of = |kind: SpanKind| {
        let mut spans = received.spans.iter();
        spans.find(|span| span.kind == kind as i32).unwrap()
    };
    let (server, inner) = (of(SpanKind::Server), of(SpanKind::Client));
    assert_eq!(server.name, "tools/call echo");
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert_eq!(hex(&server.trace_id), &TRACE[3..35]);
    assert_eq!(hex(&server.parent_span_id), &TRACE[36..52]);
    assert_eq!(
        (&inner.trace_id, &inner.parent_span_id),
        (&server.trace_id, &server.span_id)
    );
    let names = received.metrics.join(" ");
    assert!(names.contains("mcp.server.operation.duration"), "{names}");
    assert!(names.contains("mcp.client.operation.duration"), "{names}");
}
