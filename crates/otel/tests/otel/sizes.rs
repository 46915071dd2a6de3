//! How long messages are, and how long a receiver can hold somebody up.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use prost::Message as _;
use tollbar_analytics::Worker;
use tollbar_otel::{OtelSettings, Sampling, Spans};

use crate::{
    receiver::{Answer, Receiver, texts},
    stack::{DONE, call, legacy, send},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// A worker that has recorded so many calls, each of a tool of its own with a name of this length, and kept none yet.
async fn recorded(
    settings: &OtelSettings,
    calls: usize,
    length: usize,
) -> (Worker, tollbar_otel::Figures) {
    let store = Spans::new(settings).unwrap();
    let figures = store.figures();
    let mut bounds = Spans::bounds();
    bounds.gathering = Duration::from_secs(3600);
    let worker = Worker::start("telemetry", bounds, store).unwrap();
    for number in 0..calls {
        let name = format!("{number:0length$}");
        send(Sampling::default(), worker.clone(), call(&name), DONE).await;
    }
    (worker, figures)
}

#[tokio::test]
async fn spans_come_in_messages_that_are_not_too_long() {
    let receiver = Receiver::start(&[]);
    let settings = OtelSettings {
        message_bytes: 20_000,
        metrics: false,
        ..receiver.settings()
    };
    let (worker, figures) = recorded(&settings, 50, 900).await;
    assert!(worker.flush(PATIENCE));
    let traces = receiver.traces();
    let lengths: Vec<usize> = traces.iter().map(|it| it.encoded_len()).collect();
    // The resource and what is around it.
    assert!(lengths.iter().all(|length| *length < 20_500), "{lengths:?}");
    assert!((8..30).contains(&traces.len()), "{lengths:?}");
    let ids: BTreeSet<Vec<u8>> = receiver.spans().into_iter().map(|it| it.span_id).collect();
    assert_eq!(ids.len(), 100);
    assert_eq!((figures.sent(), worker.kept()), (100, 50));
}

#[tokio::test]
async fn one_exchange_is_sent_however_long_it_is() {
    let receiver = Receiver::start(&[]);
    let settings = OtelSettings {
        message_bytes: 1,
        ..receiver.settings()
    };
    let (worker, _) = recorded(&settings, 3, 900).await;
    assert!(worker.flush(PATIENCE));
    assert_eq!(receiver.traces().len(), 3);
    assert_eq!(receiver.spans().len(), 6);
    // One point on each side, since the names are too long to be told apart.
    assert_eq!(receiver.all_points().len(), 2);
}

#[tokio::test]
async fn metrics_come_in_messages_that_are_not_too_long() {
    let receiver = Receiver::start(&[]);
    let settings = OtelSettings {
        message_bytes: 10_000,
        ..receiver.settings()
    };
    let (worker, _) = recorded(&settings, 60, 40).await;
    assert!(worker.flush(PATIENCE));
    let lengths = receiver.metric_lengths();
    assert!(lengths.len() > 4, "{lengths:?}");
    assert!(lengths.iter().all(|length| *length < 11_000), "{lengths:?}");
    let points = receiver.all_points();
    assert_eq!(points.len(), 120);
    let tool = |attributes: &[_]| texts(attributes)["gen_ai.tool.name"].clone();
    let tools: BTreeSet<String> = points.iter().map(|it| tool(&it.attributes)).collect();
    assert_eq!(tools.len(), 60);
}

#[tokio::test]
async fn a_message_that_is_refused_takes_no_other_with_it() {
    let receiver = Receiver::start(&[Answer::Status(413)]);
    let settings = OtelSettings {
        message_bytes: 20_000,
        metrics: false,
        ..receiver.settings()
    };
    let (worker, figures) = recorded(&settings, 50, 900).await;
    assert!(worker.flush(PATIENCE));
    assert_eq!(worker.kept() + worker.dropped(), 50);
    assert_eq!(figures.sent() + figures.lost(), 100);
    assert_eq!(figures.sent(), receiver.spans().len() as u64);
    assert!(figures.lost() > 0 && figures.sent() > figures.lost());
    assert_eq!(worker.kept() * 2, figures.sent());
}

#[tokio::test]
async fn one_that_does_not_answer_is_not_sent_the_rest() {
    let receiver = Receiver::start(&[Answer::Status(503); 3]);
    let settings = OtelSettings {
        message_bytes: 20_000,
        metrics: false,
        ..receiver.settings()
    };
    let (worker, figures) = recorded(&settings, 50, 900).await;
    assert!(worker.flush(PATIENCE));
    assert_eq!(receiver.heads().len(), 3);
    assert_eq!((figures.sent(), figures.lost()), (0, 100));
    assert_eq!((worker.kept(), worker.dropped()), (0, 50));
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_nobody_longer_than_was_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    // Takes connections, and says nothing.
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let settings = OtelSettings {
        endpoint,
        timeout: Duration::from_secs(3600),
        ..OtelSettings::default()
    };
    let start = Instant::now();
    let (worker, _) = recorded(&settings, 20, 3).await;
    let is_flushed = worker.flush(Duration::from_millis(300));
    assert!(!is_flushed);
    // Requests go on as they did.
    for _ in 0..20 {
        let (status, _) = send(Sampling::default(), worker.clone(), call("add"), DONE).await;
        assert_eq!(status, 200);
    }
    drop(worker);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn tools_of_an_array_are_told_apart_too() {
    let receiver = Receiver::start(&[]);
    let worker = crate::export::worker(&receiver.settings());
    let of = |id: u32, tool: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{{}}}}}}"#
        )
    };
    let request = legacy(&format!("[{},{}]", of(1, "one"), of(2, "two")), &[]);
    let answer = r#"[{"jsonrpc":"2.0","id":1,"result":{"content":[]}},{"jsonrpc":"2.0","id":2,"result":{"content":[]}}]"#;
    send(Sampling::default(), worker.clone(), request, answer).await;
    assert!(worker.flush(PATIENCE));
    let points = receiver.points("mcp.server.operation.duration");
    let tool = |attributes: &[_]| texts(attributes)["gen_ai.tool.name"].clone();
    let tools: BTreeSet<String> = points.iter().map(|it| tool(&it.attributes)).collect();
    assert_eq!(tools, BTreeSet::from(["one".to_owned(), "two".to_owned()]));
}
