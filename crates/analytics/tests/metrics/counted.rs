//! What is counted.

use std::sync::Arc;

use allocation_counter::measure;
use serde_json::Value;
use tollbar_analytics::{AnalyticsLayer, Event, Metrics, Sink};

use crate::server::{ask, call, layer, samples, value};

#[tokio::test]
async fn each_way_to_go_has_its_word() {
    let metrics = Metrics::new();
    let layer = layer(&metrics);
    for (tool, times) in [
        ("get", 3),
        ("fails", 2),
        ("missing", 1),
        ("odd", 1),
        ("refused", 4),
    ] {
        for _ in 0..times {
            ask(&layer, &call(tool)).await;
        }
    }
    let text = metrics.encode();
    let exchanges = |outcome: &str, class: &str| {
        let outcome = format!("outcome=\"{outcome}\"");
        let class = format!("status_class=\"{class}\"");
        let labels = [
            r#"proxy="weather""#,
            r#"method="tools/call""#,
            r#"plan="gold""#,
            &outcome,
            &class,
        ];
        value(&text, "tollbar_exchanges_total", &labels)
    };
    assert_eq!(exchanges("ok", "2xx"), Some(3.0), "{text}");
    assert_eq!(exchanges("tool_error", "2xx"), Some(2.0), "{text}");
    assert_eq!(exchanges("error", "2xx"), Some(2.0), "{text}");
    assert_eq!(exchanges("refused", "4xx"), Some(4.0), "{text}");
    let one = |name, label| value(&text, name, &[label]);
    assert_eq!(
        one("tollbar_refusals_total", r#"reason="acl_denied""#),
        Some(4.0),
        "{text}"
    );
    assert_eq!(
        one("tollbar_upstream_errors_total", r#"code="-32602""#),
        Some(1.0),
        "{text}"
    );
    assert_eq!(
        one("tollbar_upstream_errors_total", r#"code="other""#),
        Some(1.0),
        "{text}"
    );
    assert_eq!(
        one("tollbar_own_seconds_count", "weather"),
        Some(11.0),
        "{text}"
    );
    assert_eq!(
        one("tollbar_exchange_seconds_count", "tools/call"),
        Some(11.0),
        "{text}"
    );
    assert_eq!(
        one("tollbar_own_seconds_bucket", "le=\"+Inf\""),
        Some(11.0),
        "{text}"
    );
    assert_eq!(samples(&text, "tollbar_own_seconds_bucket"), 11, "{text}");
    assert!(
        text.contains("# TYPE tollbar_exchanges_total counter\n"),
        "{text}"
    );
}

#[tokio::test]
async fn each_message_of_an_array_counts_and_bytes_count_once() {
    let metrics = Metrics::new();
    let mut messages = [call("get"), call("fails"), call("get")];
    for (id, message) in messages.iter_mut().enumerate() {
        message["id"] = id.into();
    }
    let body = Value::from(messages.to_vec());
    ask(&layer(&metrics), &body).await;
    let text = metrics.encode();
    let sum = |name, labels: &[&str]| value(&text, name, labels);
    let length = body.to_string().len() as f64;
    assert_eq!(
        sum("tollbar_request_bytes_total", &[]),
        Some(length),
        "{text}"
    );
    assert_eq!(
        sum("tollbar_tool_calls_total", &["get", "ok"]),
        Some(2.0),
        "{text}"
    );
    // It has failed, so that nobody knows whether there is such a tool.
    assert_eq!(
        sum("tollbar_tool_calls_total", &["other", "tool_error"]),
        Some(1.0),
        "{text}"
    );
    assert_eq!(sum("tollbar_own_seconds_count", &[]), Some(1.0), "{text}");
    assert_eq!(sum("tollbar_open_exchanges", &[]), Some(0.0), "{text}");
}

#[test]
fn losses_of_sinks_are_told() {
    let metrics = Metrics::new();
    metrics.losses_of("log", || 7);
    metrics.losses_of("store", || 0);
    metrics.losses_of("log", || 8);
    let text = metrics.encode();
    let lost = |sink| value(&text, "tollbar_sink_dropped_total", &[sink]);
    assert_eq!(
        (lost("log"), lost("store")),
        (Some(8.0), Some(0.0)),
        "{text}"
    );
}

#[tokio::test]
async fn counting_what_has_labels_allocates_nothing() {
    let events = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event));
    for tool in ["get", "fails", "missing", "refused"] {
        ask(&layer, &call(tool)).await;
    }
    let events = events.lock().unwrap();
    let metrics = Metrics::new();
    let count = || {
        for event in &*events {
            metrics.begin(&event.proxy);
            metrics.record(Arc::clone(event));
        }
    };
    assert!(measure(count).count_total > 0, "labels come from somewhere");
    assert_eq!(measure(count).count_total, 0);
}

/// Counts the events of both kinds of sinks.
#[tokio::test]
async fn sinks_stand_side_by_side() {
    let (one, two, three) = (Metrics::new(), Metrics::new(), Metrics::new());
    let both: Vec<Arc<dyn Sink>> = vec![Arc::new(one.clone()), Arc::new(two.clone())];
    let sinks = (both, Some(three.clone()));
    ask(&AnalyticsLayer::new(sinks).proxy("weather"), &call("get")).await;
    for metrics in [one, two, three] {
        let text = metrics.encode();
        assert_eq!(
            value(&text, "tollbar_tool_calls_total", &["get"]),
            Some(1.0),
            "{text}"
        );
        assert_eq!(
            value(&text, "tollbar_open_exchanges", &[]),
            Some(0.0),
            "{text}"
        );
    }
}
