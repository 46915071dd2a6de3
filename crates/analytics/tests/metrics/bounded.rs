//! That no label grows without bound.

use serde_json::json;
use tollbar_analytics::{AnalyticsLayer, MetricBounds, Metrics};

use crate::server::{ask, call, layer, samples, value};

#[tokio::test]
async fn no_stranger_can_make_labels() {
    let mut bounds = MetricBounds::default();
    bounds.tools = 3;
    let metrics = Metrics::bounded(bounds);
    let layer = layer(&metrics);
    for number in 0..50 {
        for tool in ["missing", "fails", "refused", "odd"] {
            ask(&layer, &call(&format!("{tool}-{number}"))).await;
        }
        let method = format!("made/up-{number}");
        ask(
            &layer,
            &json!({ "jsonrpc": "2.0", "id": 1, "method": method }),
        )
        .await;
    }
    // The frame refuses two of these, and the server answers the third one, and yet.
    for tool in ["<b>\u{0}", "line\nend", &"x".repeat(129)] {
        ask(&layer, &call(tool)).await;
    }
    let text = metrics.encode();
    assert_eq!(samples(&text, "tollbar_tool_calls_total"), 4, "{text}");
    assert!(
        !text.contains('\u{0}') && !text.contains("xxx") && !text.contains("made"),
        "{text}"
    );
    let other = [r#"method="other""#];
    assert_eq!(
        value(&text, "tollbar_exchanges_total", &other),
        Some(50.0),
        "{text}"
    );

    for tool in ["a\"}\\", "b", "b", "c", "d", "e"] {
        ask(&layer, &call(tool)).await;
    }
    let text = metrics.encode();
    let good = |tool: &str| {
        value(
            &text,
            "tollbar_tool_calls_total",
            &[tool, r#"outcome="ok""#],
        )
    };
    assert_eq!(good(r#"tool="a\"}\\""#), Some(1.0), "{text}");
    assert_eq!(good(r#"tool="b""#), Some(2.0), "{text}");
    assert_eq!(good(r#"tool="c""#), Some(1.0), "{text}");
    // One before that was not fit, and two for which there was no room.
    assert_eq!(good(r#"tool="other""#), Some(3.0), "{text}");
    // A known tool keeps its name when it fails or is refused.
    assert_eq!(samples(&text, "tollbar_tool_calls_total"), 7, "{text}");
}

#[tokio::test]
async fn what_nobody_looked_into_confirms_no_tool() {
    let metrics = Metrics::new();
    ask(&layer(&metrics).inspect(false), &call("missing")).await;
    let text = metrics.encode();
    assert_eq!(
        value(&text, "tollbar_tool_calls_total", &["other"]),
        Some(1.0),
        "{text}"
    );
}

#[tokio::test]
async fn proxies_and_plans_are_bounded_too() {
    let mut bounds = MetricBounds::default();
    (bounds.proxies, bounds.plans) = (2, 0);
    let metrics = Metrics::bounded(bounds);
    for proxy in ["a", "b", "c", "d", "a"] {
        ask(
            &AnalyticsLayer::new(metrics.clone()).proxy(proxy),
            &call("get"),
        )
        .await;
    }
    let text = metrics.encode();
    let of = |proxy: &str| {
        value(
            &text,
            "tollbar_exchanges_total",
            &[proxy, r#"plan="other""#],
        )
    };
    assert_eq!(
        (of(r#"proxy="a""#), of(r#"proxy="b""#)),
        (Some(2.0), Some(1.0)),
        "{text}"
    );
    assert_eq!(of(r#"proxy="other""#), Some(2.0), "{text}");
    assert_eq!(samples(&text, "tollbar_open_exchanges"), 3, "{text}");
}
