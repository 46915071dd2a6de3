//! Metrics, as a receiver reads them.

use std::time::Duration;

use opentelemetry_proto::tonic::metrics::v1::HistogramDataPoint;
use tollbar_otel::{OtelSettings, Sampling};

use crate::{
    receiver::{Receiver, texts},
    stack::{DONE, call, send},
};

const PATIENCE: Duration = Duration::from_secs(20);
const FAILED: &str = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"unknown"}}"#;
const STRANGE: &str = r#"{"jsonrpc":"2.0","id":7,"error":{"code":4711,"message":"strange"}}"#;

async fn counted(
    change: impl FnOnce(&mut OtelSettings),
    calls: &[(&str, &'static str)],
) -> (Vec<HistogramDataPoint>, Vec<HistogramDataPoint>) {
    let receiver = Receiver::start(&[]);
    let mut settings = receiver.settings();
    change(&mut settings);
    let worker = crate::export::worker(&settings);
    for (tool, answer) in calls {
        send(Sampling::default(), worker.clone(), call(tool), answer).await;
    }
    assert!(worker.flush(PATIENCE));
    let server = receiver.points("mcp.server.operation.duration");
    (server, receiver.points("mcp.client.operation.duration"))
}

/// How many each tool has, by error.
fn tools(points: &[HistogramDataPoint]) -> Vec<(String, String, u64)> {
    let of = |point: &HistogramDataPoint| {
        let texts = texts(&point.attributes);
        let get = |key: &str| texts.get(key).cloned().unwrap_or_default();
        (get("gen_ai.tool.name"), get("error.type"), point.count)
    };
    let mut all: Vec<_> = points.iter().map(of).collect();
    all.sort();
    all
}

#[tokio::test]
async fn operations_are_counted_on_both_sides() {
    let (server, client) = counted(|_| {}, &[("add", DONE), ("add", DONE), ("add", FAILED)]).await;
    for points in [&server, &client] {
        let text = |text: &str| text.to_owned();
        assert_eq!(
            tools(points),
            [(text("add"), text(""), 2), (text("add"), text("-32602"), 1)]
        );
        for point in points {
            assert_eq!(point.explicit_bounds.len(), 14);
            assert_eq!(point.bucket_counts.len(), 15);
            assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
            assert!(point.start_time_unix_nano < point.time_unix_nano);
        }
    }
    // The gateway's own share is in one of them only.
    let sum = |points: &[HistogramDataPoint]| points.iter().filter_map(|it| it.sum).sum::<f64>();
    assert!(sum(&server) > sum(&client));
}

#[tokio::test]
async fn names_that_no_server_has_answered_for_are_one() {
    let calls = [("a", FAILED), ("b", FAILED), ("c", STRANGE), ("d", STRANGE)];
    let (server, _) = counted(|_| {}, &calls).await;
    let text = |text: &str| text.to_owned();
    assert_eq!(
        tools(&server),
        [
            (text("_OTHER"), text("-32602"), 2),
            (text("_OTHER"), text("_OTHER"), 2)
        ]
    );
}

#[tokio::test]
async fn names_and_sets_of_attributes_are_bounded() {
    let calls = [("a", DONE), ("b", DONE), ("c", DONE), ("d", DONE)];
    let (server, _) = counted(|settings| settings.most_names = 2, &calls).await;
    let names: Vec<String> = tools(&server).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["_OTHER", "a", "b"]);

    let (server, _) = counted(|settings| settings.most_series = 2, &calls).await;
    assert_eq!(server.len(), 2);
    let is_overflow =
        |point: &&HistogramDataPoint| texts(&point.attributes).contains_key("otel.metric.overflow");
    let overflow = server.iter().find(is_overflow).unwrap();
    assert_eq!(overflow.count, 3);
}
