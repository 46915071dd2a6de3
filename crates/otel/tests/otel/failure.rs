//! A receiver that is down, or says no.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use tollbar_analytics::Worker;
use tollbar_otel::{OtelError, OtelSettings, Sampling, Spans};

use crate::{
    receiver::{Answer, Receiver},
    stack::{DONE, call, send},
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn exchange(worker: &Worker) {
    let (status, _) = send(Sampling::default(), worker.clone(), call("add"), DONE).await;
    assert_eq!(status, 200);
    assert!(worker.flush(PATIENCE));
}

#[tokio::test]
async fn a_receiver_that_is_busy_is_asked_again() {
    for answer in [429, 502, 503, 504].map(Answer::Status) {
        let receiver = Receiver::start(&[answer, answer]);
        let store = Spans::new(&receiver.settings()).unwrap();
        let figures = store.figures();
        let worker = Worker::start("telemetry", Spans::bounds(), store).unwrap();
        exchange(&worker).await;
        assert_eq!(receiver.spans().len(), 2, "{answer:?}");
        assert_eq!((figures.sent(), figures.lost()), (2, 0));
        assert_eq!((worker.kept(), worker.dropped()), (1, 0));
        assert_eq!(worker.failing(), None);
    }
}

#[tokio::test]
async fn the_pause_that_a_receiver_asks_for_is_kept_within_bounds() {
    let receiver = Receiver::start(&[Answer::RetryAfter(503, 1)]);
    let start = Instant::now();
    let worker = crate::export::worker(&receiver.settings());
    exchange(&worker).await;
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(receiver.spans().len(), 2);

    let receiver = Receiver::start(&[Answer::RetryAfter(503, 3600)]);
    let settings = OtelSettings {
        longest_pause: Duration::from_millis(20),
        ..receiver.settings()
    };
    let worker = crate::export::worker(&settings);
    exchange(&worker).await;
    assert_eq!(receiver.spans().len(), 2);
}

#[tokio::test]
async fn what_is_refused_for_good_is_lost_and_counted() {
    for status in [400, 401, 404, 302] {
        let receiver = Receiver::start(&[Answer::Status(status), Answer::Status(status)]);
        let store = Spans::new(&receiver.settings()).unwrap();
        let figures = store.figures();
        let worker = Worker::start("telemetry", Spans::bounds(), store).unwrap();
        exchange(&worker).await;
        // Once for spans, once for metrics.
        assert_eq!(receiver.heads().len(), 2, "{status}");
        assert_eq!((figures.sent(), figures.lost()), (0, 2));
        assert_eq!((worker.kept(), worker.dropped()), (0, 1));
        let why = worker.failing().unwrap();
        assert!(why.contains(&status.to_string()), "{why}");
        // It works again, and the metrics have lost nothing.
        exchange(&worker).await;
        assert_eq!(worker.failing(), None);
        assert_eq!((figures.sent(), figures.lost()), (2, 2));
        let points = receiver.points("mcp.server.operation.duration");
        assert_eq!(points[0].count, 2);
    }
}

#[tokio::test]
async fn nobody_waits_for_a_receiver_that_is_down() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let settings = OtelSettings {
        endpoint: format!("http://127.0.0.1:{port}"),
        attempts: 2,
        pause: Duration::from_millis(200),
        ..OtelSettings::default()
    };
    let store = Spans::new(&settings).unwrap();
    let figures = store.figures();
    let worker = Worker::start("telemetry", Spans::bounds(), store).unwrap();
    let start = Instant::now();
    for _ in 0..20 {
        let (status, _) = send(Sampling::default(), worker.clone(), call("add"), DONE).await;
        assert_eq!(status, 200);
    }
    assert!(start.elapsed() < Duration::from_millis(400));
    assert!(worker.flush(PATIENCE));
    assert_eq!((figures.sent(), figures.lost()), (0, 40));
    assert_eq!((worker.kept(), worker.dropped()), (0, 20));
    let why = worker.failing().unwrap();
    assert!(why.contains("refused"), "{why}");
}

#[tokio::test]
async fn spans_that_the_receiver_rejects_are_counted() {
    let receiver = Receiver::start(&[Answer::Rejects(1)]);
    let store = Spans::new(&receiver.settings()).unwrap();
    let figures = store.figures();
    let worker = Worker::start("telemetry", Spans::bounds(), store).unwrap();
    exchange(&worker).await;
    assert_eq!((figures.sent(), figures.rejected()), (1, 1));
    assert_eq!(worker.dropped(), 0);
}

#[tokio::test]
async fn a_receiver_without_metrics_loses_no_spans() {
    let receiver = Receiver::start(&[]);
    let mut settings = receiver.settings();
    settings.metrics = false;
    let worker = crate::export::worker(&settings);
    exchange(&worker).await;
    assert_eq!(receiver.heads().len(), 1);
    assert_eq!(receiver.spans().len(), 2);
}

#[test]
fn endpoints_that_cannot_work_are_named() {
    let fault = |endpoint: &str| {
        let endpoint = endpoint.to_owned();
        let settings = OtelSettings {
            endpoint,
            ..OtelSettings::default()
        };
        Spans::new(&settings).unwrap_err()
    };
    for endpoint in [
        "",
        "/x",
        "localhost:4318",
        "ftp://a",
        "http://",
        "http://:80",
    ] {
        let error = fault(endpoint);
        assert!(matches!(error, OtelError::Endpoint(_)), "{endpoint}");
    }
    for endpoint in ["http://a?key=secret", "http://user:secret@a", "secret@"] {
        let error = fault(endpoint);
        assert!(matches!(error, OtelError::Secret), "{endpoint}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
