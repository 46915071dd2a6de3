//! A receiver that decodes OTLP over HTTP.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use opentelemetry_proto::tonic::{
    collector::{
        metrics::v1::ExportMetricsServiceRequest,
        trace::v1::{
            ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
        },
    },
    common::v1::{KeyValue, any_value::Value},
    metrics::v1::{HistogramDataPoint, metric::Data},
    trace::v1::Span,
};
use prost::Message as _;
use tollbar_otel::OtelSettings;

/// What it answers, one after the other; then 200.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Status(u16),
    RetryAfter(u16, u32),
    Rejects(i64),
}

#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) heads: Vec<String>,
    pub(crate) traces: Vec<ExportTraceServiceRequest>,
    pub(crate) metrics: Vec<ExportMetricsServiceRequest>,
}

#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) endpoint: String,
    received: Arc<Mutex<Received>>,
}

impl Receiver {
    pub(crate) fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Received::default()));
        let seen = Arc::clone(&received);
        let mut answers: VecDeque<Answer> = answers.iter().copied().collect();
        thread::spawn(move || {
            for stream in listener.incoming() {
                receive(stream.unwrap(), &seen, answers.pop_front());
            }
        });
        Self { endpoint, received }
    }

    /// Settings for sending here, without long pauses.
    pub(crate) fn settings(&self) -> OtelSettings {
        OtelSettings {
            endpoint: self.endpoint.clone(),
            pause: Duration::from_millis(10),
            timeout: Duration::from_secs(5),
            ..OtelSettings::default()
        }
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.received.lock().unwrap().heads.clone()
    }

    pub(crate) fn traces(&self) -> Vec<ExportTraceServiceRequest> {
        self.received.lock().unwrap().traces.clone()
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let resources = self.traces().into_iter().flat_map(|it| it.resource_spans);
        let scopes = resources.flat_map(|it| it.scope_spans);
        scopes.flat_map(|it| it.spans).collect()
    }

    /// The points of the last metrics that came, by the metric's name.
    pub(crate) fn points(&self, name: &str) -> Vec<HistogramDataPoint> {
        let last = self.received.lock().unwrap().metrics.last().cloned();
        points(last, |it| it == name)
    }

    /// The points of all metrics that came.
    pub(crate) fn all_points(&self) -> Vec<HistogramDataPoint> {
        let all = self.received.lock().unwrap().metrics.clone();
        points(all, |_| true)
    }

    /// How long each message with metrics was.
    pub(crate) fn metric_lengths(&self) -> Vec<usize> {
        let received = self.received.lock().unwrap();
        received.metrics.iter().map(|it| it.encoded_len()).collect()
    }
}

fn points(
    messages: impl IntoIterator<Item = ExportMetricsServiceRequest>,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<HistogramDataPoint> {
    let resources = messages.into_iter().flat_map(|it| it.resource_metrics);
    let scopes = resources.flat_map(|it| it.scope_metrics);
    let metrics = scopes.flat_map(|it| it.metrics);
    let points = metrics.filter(|it| is_wanted(&it.name)).flat_map(|it| {
        assert_eq!(it.unit, "s");
        let Some(Data::Histogram(histogram)) = it.data else {
            panic!("no histogram");
        };
        // Cumulative.
        assert_eq!(histogram.aggregation_temporality, 2);
        histogram.data_points
    });
    points.collect()
}

/// Attributes, as text.
pub(crate) fn texts(attributes: &[KeyValue]) -> HashMap<String, String> {
    let text = |it: &KeyValue| {
        let value = match it.value.clone().unwrap().value.unwrap() {
            Value::StringValue(text) => text,
            Value::IntValue(number) => number.to_string(),
            Value::BoolValue(truth) => truth.to_string(),
            other => panic!("{other:?}"),
        };
        (it.key.clone(), value)
    };
    let all: HashMap<_, _> = attributes.iter().map(text).collect();
    assert_eq!(all.len(), attributes.len(), "a key stands twice");
    all
}

fn receive(stream: TcpStream, received: &Mutex<Received>, answer: Option<Answer>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            return;
        }
    }
    let lower = head.to_lowercase();
    let length = lower.split("content-length: ").nth(1).unwrap();
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let is_traces = head.starts_with("POST /v1/traces ");
    let (status, more, content) = match answer {
        None => (200, String::new(), Vec::new()),
        Some(Answer::Status(status)) => (status, String::new(), Vec::new()),
        Some(Answer::RetryAfter(status, seconds)) => {
            (status, format!("retry-after: {seconds}\r\n"), Vec::new())
        }
        Some(Answer::Rejects(rejected_spans)) => {
            let answer = ExportTraceServiceResponse {
                partial_success: Some(ExportTracePartialSuccess {
                    rejected_spans,
                    error_message: "too many".to_owned(),
                }),
            };
            (200, String::new(), answer.encode_to_vec())
        }
    };
    {
        let mut received = received.lock().unwrap();
        received.heads.push(lower);
        if status == 200 && is_traces {
            let request = ExportTraceServiceRequest::decode(&*body).unwrap();
            received.traces.push(request);
        } else if status == 200 {
            assert!(head.starts_with("POST /v1/metrics "));
            let request = ExportMetricsServiceRequest::decode(&*body).unwrap();
            received.metrics.push(request);
        }
    }
    let head = format!(
        "HTTP/1.1 {status} x\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n",
        content.len()
    );
    let mut stream = reader.into_inner();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&content).unwrap();
}
