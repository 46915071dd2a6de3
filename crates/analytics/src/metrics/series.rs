//! All metrics that have labels.

use std::sync::Arc;

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::{Duration, Exchange, Method, OfProxy, Refusal, ToolCall, UpstreamError};

/// Bounds of the buckets of the gateway's own share, in seconds.
const OWN: [f64; 10] = [
    50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3,
];

/// Bounds of the buckets of whole exchanges, in seconds: those of OpenTelemetry's conventions for MCP.
const WHOLE: [f64; 14] = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];

type Histograms<S> = Family<S, Histogram, fn() -> Histogram>;

/// All metrics that have labels. Each function gives the one with these labels, which is made at its first use.
#[derive(Debug)]
pub(super) struct Series {
    exchanges: Family<Exchange, Counter>,
    refusals: Family<Refusal, Counter>,
    tool_calls: Family<ToolCall, Counter>,
    upstream_errors: Family<UpstreamError, Counter>,
    bytes_in: Family<OfProxy, Counter>,
    bytes_out: Family<OfProxy, Counter>,
    open: Family<OfProxy, Gauge>,
    own: Histograms<OfProxy>,
    durations: Histograms<Duration>,
}

impl Series {
    pub(super) fn new() -> Self {
        Self {
            exchanges: Family::default(),
            refusals: Family::default(),
            tool_calls: Family::default(),
            upstream_errors: Family::default(),
            bytes_in: Family::default(),
            bytes_out: Family::default(),
            open: Family::default(),
            own: Family::new_with_constructor(|| Histogram::new(OWN)),
            durations: Family::new_with_constructor(|| Histogram::new(WHOLE)),
        }
    }

    #[rustfmt::skip]
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("exchanges", "Exchanges that have ended", self.exchanges.clone());
        registry.register("refusals", "What the gateway has refused", self.refusals.clone());
        registry.register("tool_calls", "Calls of tools", self.tool_calls.clone());
        registry.register("upstream_errors", "Errors of the MCP server", self.upstream_errors.clone());
        registry.register("request_bytes", "Content of requests, in bytes", self.bytes_in.clone());
        registry.register("response_bytes", "Content of answers, in bytes", self.bytes_out.clone());
        registry.register("open_exchanges", "Exchanges that have not ended", self.open.clone());
        let (own, whole) = ("The gateway's own share of the time until the answer's head", "Time until the answer's end");
        registry.register_with_unit("own", own, Unit::Seconds, self.own.clone());
        registry.register_with_unit("exchange", whole, Unit::Seconds, self.durations.clone());
    }

    pub(super) fn exchange(&self, labels: &Exchange) -> Counter {
        self.exchanges.get_or_create_owned(labels)
    }

    pub(super) fn duration(&self, proxy: &Arc<str>, method: Method) -> Histogram {
        let proxy = Arc::clone(proxy);
        let labels = Duration { proxy, method };
        self.durations.get_or_create_owned(&labels)
    }

    pub(super) fn refusal(&self, proxy: &Arc<str>, reason: &'static str) -> Counter {
        let proxy = Arc::clone(proxy);
        let labels = Refusal { proxy, reason };
        self.refusals.get_or_create_owned(&labels)
    }

    pub(super) fn tool_call(
        &self,
        proxy: &Arc<str>,
        tool: Arc<str>,
        outcome: &'static str,
    ) -> Counter {
        let labels = ToolCall {
            proxy: Arc::clone(proxy),
            tool,
            outcome,
        };
        self.tool_calls.get_or_create_owned(&labels)
    }

    pub(super) fn upstream_error(&self, proxy: &Arc<str>, code: &'static str) -> Counter {
        let proxy = Arc::clone(proxy);
        let labels = UpstreamError { proxy, code };
        self.upstream_errors.get_or_create_owned(&labels)
    }

    pub(super) fn bytes_in(&self, proxy: &Arc<str>) -> Counter {
        self.bytes_in.get_or_create_owned(&of(proxy))
    }

    pub(super) fn bytes_out(&self, proxy: &Arc<str>) -> Counter {
        self.bytes_out.get_or_create_owned(&of(proxy))
    }

    pub(super) fn open(&self, proxy: &Arc<str>) -> Gauge {
        self.open.get_or_create_owned(&of(proxy))
    }

    pub(super) fn own(&self, proxy: &Arc<str>) -> Histogram {
        self.own.get_or_create_owned(&of(proxy))
    }
}

fn of(proxy: &Arc<str>) -> OfProxy {
    OfProxy {
        proxy: Arc::clone(proxy),
    }
}
