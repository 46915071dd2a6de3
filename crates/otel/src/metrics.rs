//! The histograms.

use std::{
    collections::HashMap,
    mem,
    time::{Duration, SystemTime},
};

use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Histogram, HistogramDataPoint, Metric, metric::Data,
};
use prost::Message as _;
use tollbar_analytics::Event;

use crate::{
    labels::{Labels, Names},
    operation::{Operation, Side},
    span::nanos,
};

/// The bounds that the conventions ask for, in seconds.
const BOUNDS: [f64; 14] = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];

/// What was counted since the start.
#[derive(Debug)]
pub(crate) struct Metrics {
    since: SystemTime,
    names: Names,
    most_series: usize,
    server: HashMap<Labels, Buckets>,
    client: HashMap<Labels, Buckets>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Buckets {
    counts: [u64; BOUNDS.len() + 1],
    sum: Duration,
}

impl Metrics {
    pub(crate) fn new(most_names: usize, most_series: usize) -> Self {
        Self {
            since: SystemTime::now(),
            names: Names::new(most_names),
            most_series,
            server: HashMap::new(),
            client: HashMap::new(),
        }
    }

    pub(crate) fn count(&mut self, event: &Event) {
        let total = event.times.total;
        if let Some(labels) = Labels::of(event, Side::Server, &mut self.names) {
            add(&mut self.server, self.most_series, labels, total);
        }
        if !Operation(event).is_onward() {
            return;
        }
        if let Some(labels) = Labels::of(event, Side::Client, &mut self.names) {
            let asked = event.times.asked.unwrap_or_default();
            let taken = total.saturating_sub(asked);
            add(&mut self.client, self.most_series, labels, taken);
        }
    }

    /// All that was counted, in messages with about so many bytes of points. Nothing before anything was.
    pub(crate) fn export(&self, most_bytes: usize) -> Vec<Vec<Metric>> {
        let both = [
            ("mcp.server.operation.duration", &self.server),
            ("mcp.client.operation.duration", &self.client),
        ];
        let (since, now) = (nanos(self.since), nanos(SystemTime::now()));
        let mut messages = Vec::new();
        let mut message = Vec::new();
        let mut left = most_bytes;
        for (name, series) in both {
            let mut points = Vec::new();
            for (labels, buckets) in series {
                let point = buckets.point(labels, since, now);
                let length = point.encoded_len();
                if length > left && left < most_bytes {
                    message.extend(metric(name, mem::take(&mut points)));
                    messages.push(mem::take(&mut message));
                    left = most_bytes;
                }
                left = left.saturating_sub(length);
                points.push(point);
            }
            message.extend(metric(name, points));
        }
        messages.push(message);
        messages.retain(|message| !message.is_empty());
        messages
    }
}

fn metric(name: &str, data_points: Vec<HistogramDataPoint>) -> Option<Metric> {
    let histogram = Histogram {
        data_points,
        aggregation_temporality: AggregationTemporality::Cumulative.into(),
    };
    (!histogram.data_points.is_empty()).then(|| Metric {
        name: name.to_owned(),
        description: "The duration of MCP requests and notifications.".to_owned(),
        unit: "s".to_owned(),
        data: Some(Data::Histogram(histogram)),
        ..Metric::default()
    })
}

fn add(series: &mut HashMap<Labels, Buckets>, most: usize, labels: Labels, taken: Duration) {
    // One is kept for all that have no room.
    let has_room = series.contains_key(&labels) || series.len() + 1 < most;
    let labels = match has_room {
        true => labels,
        false => Labels::overflow(),
    };
    let buckets = series.entry(labels).or_default();
    let seconds = taken.as_secs_f64();
    let bucket = BOUNDS.partition_point(|bound| *bound < seconds);
    if let Some(count) = buckets.counts.get_mut(bucket) {
        *count += 1;
    }
    buckets.sum = buckets.sum.saturating_add(taken);
}

impl Buckets {
    fn point(&self, labels: &Labels, since: u64, now: u64) -> HistogramDataPoint {
        HistogramDataPoint {
            attributes: labels.attributes(),
            start_time_unix_nano: since,
            time_unix_nano: now,
            count: self.counts.iter().sum(),
            sum: Some(self.sum.as_secs_f64()),
            bucket_counts: self.counts.to_vec(),
            explicit_bounds: BOUNDS.to_vec(),
            ..HistogramDataPoint::default()
        }
    }
}
