//! The store that sends.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use http::Uri;
use opentelemetry_proto::tonic::{
    collector::{
        metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse},
        trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    },
    common::v1::InstrumentationScope,
    metrics::v1::{Metric, ResourceMetrics, ScopeMetrics},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span as Message},
};
use tollbar_analytics::{Bounds, Event, PartlyKept, Store};

use crate::{
    Figures, OtelError, OtelSettings, Sampling,
    attribute::Attributes,
    export::{ExportError, Exporter},
    ids::Ids,
    metrics::Metrics,
    place::place,
    portion::{Portion, Portions},
    span::spans,
};

/// Sends events as spans and metrics (OTLP over HTTP, protobuf). A [`Store`] for a
/// [`Worker`](tollbar_analytics::Worker), on whose thread it runs, and waits.
///
/// Of each exchange there is a SERVER span, and where the MCP server was asked, a CLIENT span inside of it. Metrics are
/// `mcp.server.operation.duration` and `mcp.client.operation.duration`, cumulative; a send of them that fails loses
/// nothing, since the next one says the same and more.
#[derive(Debug)]
pub struct Spans {
    exporter: Exporter,
    traces: Uri,
    metrics_url: Uri,
    resource: Resource,
    scope: InstrumentationScope,
    sampling: Sampling,
    ids: Ids,
    metrics: Metrics,
    message_bytes: usize,
    interval: Duration,
    sent: Instant,
    has_metrics: bool,
    is_metrics_failing: bool,
    figures: Figures,
}

impl Spans {
    /// A store that sends there. Opens no connection yet.
    ///
    /// # Errors
    ///
    /// [`OtelError`] names the setting that cannot work.
    pub fn new(settings: &OtelSettings) -> Result<Self, OtelError> {
        if settings.most_series == 0 {
            return Err(OtelError::Zero("most_series"));
        }
        let mut resource = Attributes::default();
        resource.text("service.name", &*settings.service);
        for (key, value) in &settings.resource {
            resource.text(key, &**value);
        }
        Ok(Self {
            exporter: Exporter::new(settings)?,
            traces: settings.url("/v1/traces")?,
            metrics_url: settings.url("/v1/metrics")?,
            resource: Resource {
                attributes: resource.into_list(),
                ..Resource::default()
            },
            scope: InstrumentationScope {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                ..InstrumentationScope::default()
            },
            sampling: settings.sampling,
            ids: Ids::new(),
            metrics: Metrics::new(settings.most_names, settings.most_series),
            message_bytes: settings.message_bytes,
            interval: settings.interval,
            sent: Instant::now(),
            has_metrics: settings.metrics,
            is_metrics_failing: false,
            figures: Figures::default(),
        })
    }

    /// What was sent, and what was lost. Ask before the store goes to its thread.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.figures.clone()
    }

    /// Bounds for a worker of this: 16,384 events and 16 MiB may wait. They are gathered for half a second, so that
    /// a receiver is not asked for each of them, and sent by 500. What was gathered is lost when the process is killed.
    #[must_use]
    pub fn bounds() -> Bounds {
        let mut bounds = Bounds::default();
        bounds.events = 16_384;
        bounds.batch = 500;
        bounds.gathering = Duration::from_millis(500);
        bounds
    }

    fn send_spans(&mut self, spans: Vec<Message>) -> Result<(), ExportError> {
        let count = spans.len() as u64;
        let request = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: vec![ScopeSpans {
                    scope: Some(self.scope.clone()),
                    spans,
                    ..ScopeSpans::default()
                }],
                ..ResourceSpans::default()
            }],
        };
        let answer: Result<ExportTraceServiceResponse, _> =
            self.exporter.send(&self.traces, &request);
        match answer {
            Ok(answer) => {
                let partial = answer.partial_success.unwrap_or_default();
                let rejected = u64::try_from(partial.rejected_spans).unwrap_or(0);
                if rejected > 0 {
                    let said = &*partial.error_message;
                    tracing::warn!(rejected, said, "the receiver of telemetry rejects spans");
                }
                self.figures.add_sent(count, rejected);
                Ok(())
            }
            Err(error) => {
                self.figures.add_lost(count);
                Err(error)
            }
        }
    }

    fn send_metrics(&mut self) -> Result<(), ExportError> {
        let messages = self.metrics.export(self.message_bytes);
        let mut messages = messages.into_iter();
        messages.try_for_each(|metrics| self.send_some_metrics(metrics))
    }

    fn send_some_metrics(&mut self, metrics: Vec<Metric>) -> Result<(), ExportError> {
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource.clone()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(self.scope.clone()),
                    metrics,
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        };
        let answer: ExportMetricsServiceResponse =
            self.exporter.send(&self.metrics_url, &request)?;
        let partial = answer.partial_success.unwrap_or_default();
        if partial.rejected_data_points > 0 {
            let (rejected, said) = (partial.rejected_data_points, &*partial.error_message);
            tracing::warn!(rejected, said, "the receiver of telemetry rejects metrics");
        }
        Ok(())
    }

    /// Sends metrics. What fails is said once: nothing is lost by it.
    fn try_metrics(&mut self) {
        self.sent = Instant::now();
        if !self.has_metrics {
            return;
        }
        match self.send_metrics() {
            Ok(()) => self.is_metrics_failing = false,
            Err(error) => {
                if !std::mem::replace(&mut self.is_metrics_failing, true) {
                    tracing::warn!(%error, "metrics cannot be sent: they are kept for the next time");
                }
            }
        }
    }
}

impl Store for Spans {
    fn keep(&mut self, events: &[Arc<Event>]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut portions = Portions::new(self.message_bytes);
        for event in events {
            if self.has_metrics {
                self.metrics.count(event);
            }
            let place = place(event, &self.sampling, &self.ids);
            portions.add(place.iter().flat_map(|place| spans(event, place)));
        }
        let (mut kept, mut failed) = (0, None);
        for Portion { events, spans } in portions.into_list() {
            let lost = spans.len() as u64;
            // Nothing is sent to one who does not answer, again and again.
            let result = match &failed {
                Some(error) if !ExportError::is_about_content(error) => {
                    self.figures.add_lost(lost);
                    continue;
                }
                _ if spans.is_empty() => Ok(()),
                _ => self.send_spans(spans),
            };
            match result {
                Ok(()) => kept += events,
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) => Err(PartlyKept::new(kept, error).into()),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.try_metrics();
        Ok(())
    }

    fn tidy(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if self.sent.elapsed() >= self.interval {
            self.try_metrics();
        }
        Ok(())
    }
}
