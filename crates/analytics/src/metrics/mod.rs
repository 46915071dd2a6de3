//! Numbers for a scraper, counted as exchanges end.

mod labels;
mod losses;
mod names;
mod proxies;
mod series;
mod text;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use prometheus_client::registry::Registry;

use self::{
    labels::{code, is_tool_call, status_class},
    losses::Losses,
    names::Names,
    proxies::Proxies,
    series::Series,
};
use crate::{Event, Proxy, Sink};

/// How many different values a label may have that are not fixed by the program. What is beyond is counted as
/// `other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricBounds {
    /// Names of proxies. Default 1,000.
    pub proxies: usize,
    /// Names of plans, over all proxies. Default 1,000.
    pub plans: usize,
    /// Names of tools, for each proxy. Default 200.
    pub tools: usize,
}

impl Default for MetricBounds {
    fn default() -> Self {
        Self {
            proxies: 1_000,
            plans: 1_000,
            tools: 200,
        }
    }
}

/// Counts exchanges for Prometheus, or whatever reads its format. Clones share the numbers.
///
/// It counts where the exchange ends, without a queue, so that no event is lost. Of an array of messages (MCP
/// 2025-03-26) each message counts; bytes and the gateway's own share count once.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `tollbar_exchanges_total` | `proxy`, `method`, `outcome`, `status_class`, `plan` | exchanges that have ended |
/// | `tollbar_refusals_total` | `proxy`, `reason` | what the gateway has refused |
/// | `tollbar_tool_calls_total` | `proxy`, `tool`, `outcome` | calls of tools |
/// | `tollbar_upstream_errors_total` | `proxy`, `code` | errors of the MCP server, also those inside of a 200 |
/// | `tollbar_request_bytes_total` | `proxy` | content of requests that was read |
/// | `tollbar_response_bytes_total` | `proxy` | content of answers that was handed to the server |
/// | `tollbar_own_seconds` | `proxy` | the gateway's own share of the time until the answer's head, in buckets from 50 µs to 50 ms |
/// | `tollbar_exchange_seconds` | `proxy`, `method` | time until the answer's end, in the buckets of OpenTelemetry's conventions for MCP, 10 ms to 300 s |
/// | `tollbar_open_exchanges` | `proxy` | exchanges that have not ended, open streams among them |
/// | `tollbar_sink_dropped_total` | `sink` | events that a sink has lost: see [`losses_of`](Self::losses_of) |
///
/// `outcome` is a word of [`Outcome`](crate::Outcome). `method` is one that the protocol knows, `GET stream`,
/// `session end`, `response` for a client's answers, `none` where nothing was read, else `other`. `code` is one that MCP
/// knows, `http_4xx` or `http_5xx` for an answer without one, else `other`.
///
/// # No label grows without bound
///
/// A client can make up names of tools, and a server lists what it likes. So a tool has a label of its own only once
/// a call of it was answered without an error, when its name has no more than 128 bytes and no characters that
/// control, reorder or cannot be seen, and as long as there are no more than [`MetricBounds::tools`] of them; until then
/// it is `other`. Where answers are not looked into ([`AnalyticsLayer::inspect`](crate::AnalyticsLayer::inspect)), all
/// tools are.
///
/// ```
/// use http::{Request, Response};
/// use tollbar_analytics::{AnalyticsLayer, Metrics};
/// use tollbar_core::Body;
/// use tower::{Layer, ServiceExt, service_fn};
///
/// let metrics = Metrics::new();
/// let stack = AnalyticsLayer::new(metrics.clone()).proxy("weather").layer(service_fn(
///     |_: Request<Body>| async { Ok::<_, std::convert::Infallible>(Response::new(Body::empty())) },
/// ));
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// stack.oneshot(Request::new(Body::empty())).await.unwrap();
/// # });
/// let text = metrics.encode();
/// assert!(text.contains(r#"tollbar_response_bytes_total{proxy="weather"} 0"#));
/// assert!(text.contains(r#"outcome="ok",status_class="2xx",plan="none"} 1"#));
/// ```
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    registry: Registry,
    series: Series,
    proxies: Proxies,
    plans: Names,
    losses: Losses,
}

impl Metrics {
    /// The media type of what [`encode`](Self::encode) gives: the text format of Prometheus.
    pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// Nothing counted yet, with the default [`MetricBounds`].
    #[must_use]
    pub fn new() -> Self {
        Self::bounded(MetricBounds::default())
    }

    /// Nothing counted yet, with so many labels and no more.
    #[must_use]
    pub fn bounded(bounds: MetricBounds) -> Self {
        let series = Series::new();
        let losses = Losses::default();
        let mut registry = Registry::with_prefix("tollbar");
        series.register(&mut registry);
        registry.register_collector(Box::new(losses.clone()));
        Self(Arc::new(Shared {
            registry,
            series,
            proxies: Proxies::new(bounds.proxies, bounds.tools),
            plans: Names::new(bounds.plans),
            losses,
        }))
    }

    /// Tells the losses of a sink of this name, which this function knows: for [`JsonLines`](crate::JsonLines) and
    /// [`Worker`](crate::Worker) their `dropped`. It is asked whenever the numbers are read. A name that was given
    /// before gets the new function.
    pub fn losses_of(
        &self,
        sink: impl Into<Box<str>>,
        dropped: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        self.0.losses.add(sink.into(), Box::new(dropped));
    }

    /// All numbers as text, in the format of Prometheus (version 0.0.4), which all readers of metrics know.
    ///
    /// While a metric is written, an exchange that needs a new label of it waits for that: microseconds for
    /// hundreds of them.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(16 << 10);
        // Into memory: this cannot fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.0.registry);
        text::plain(&text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Sink for Metrics {
    fn begin(&self, proxy: &Proxy) {
        let Shared {
            series, proxies, ..
        } = &*self.0;
        proxies.of(proxy, series).open.inc();
    }

    fn record(&self, event: Arc<Event>) {
        let Shared {
            series,
            proxies,
            plans,
            ..
        } = &*self.0;
        let proxy = proxies.of(&event.proxy, series);
        let outcome = event.outcome().as_str();
        let method = labels::Method::of(&event);
        series
            .exchange(&labels::Exchange {
                proxy: Arc::clone(&proxy.name),
                method: method.clone(),
                outcome,
                status_class: status_class(event.status),
                plan: plans.of(event.consumer.as_ref().map(tollbar_core::Consumer::plan)),
            })
            .inc();
        series
            .duration(&proxy.name, method)
            .observe(event.times.total.as_secs_f64());
        if event.batch.is_none_or(|(index, _)| index == 0) {
            proxy.once(&event);
        }
        if let Some(refusal) = &event.refusal {
            series.refusal(&proxy.name, refusal.reason).inc();
        }
        if let Some(code) = code(&event) {
            series.upstream_error(&proxy.name, code).inc();
        }
        if let Some(tool) = is_tool_call(&event) {
            let tool = proxy.tool(tool, event.is_confirmed());
            series.tool_call(&proxy.name, tool, outcome).inc();
        }
    }
}

/// The lock, also after a panic elsewhere: no change to what is behind it can be left half done.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
