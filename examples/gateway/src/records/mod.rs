//! What is written down, from its opening to its last word: the exchange log, the store, metrics, telemetry.

mod error;
mod exchange_log;
mod recorder;

pub(crate) use self::{error::RecordsError, recorder::Recorder};

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;
use tollbar::{
    Gateway,
    analytics::{Bounds, JsonLines, MetricBounds, Metrics, Sink, Worker},
};
use tollbar_dashboard::{Api, ExchangeStore, Query, QuerySettings, StoreSettings, Tail, Token};
use tollbar_otel::{Figures, Spans, TraceGuard};

use crate::{
    config::{Settings, Store, TelemetrySettings},
    readiness::Health,
};

/// How long the last events may take to be kept.
const PATIENCE: Duration = Duration::from_secs(5);

/// All that events go to. Clones share it.
#[derive(Clone)]
pub(crate) struct Records(Arc<Inner>);

struct Inner {
    log: Option<JsonLines>,
    store: Option<Kept>,
    telemetry: Option<Sent>,
    /// For whoever asks the admin listener, where there is one.
    metrics: Option<Metrics>,
    /// How many messages of an exchange are written down.
    messages: usize,
    /// The longest message that is looked into.
    longest: usize,
}

/// The store, and who asks it.
struct Kept {
    worker: Worker,
    query: Query,
    tail: Tail,
}

/// The export of spans, and what gives requests their place in a trace.
struct Sent {
    worker: Worker,
    figures: Figures,
    guard: TraceGuard,
}

/// How one of them is doing.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    name: &'static str,
    /// `writes` or `fails`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Box<str>>,
    /// Events that it has lost since the start.
    lost: u64,
}

impl Records {
    /// Opens all that these settings ask for.
    pub(crate) fn open(settings: &Settings) -> Result<Self, RecordsError> {
        let log = exchange_log::open(&settings.log)?;
        let store = settings.store.as_ref().map(Kept::open).transpose()?;
        let telemetry = settings.telemetry.as_ref().map(Sent::open).transpose()?;
        let metrics = settings.admin.as_ref().map(|admin| {
            let mut bounds = MetricBounds::default();
            bounds.tools = usize::try_from(admin.tool_labels).unwrap_or(usize::MAX);
            Metrics::bounded(bounds)
        });
        let messages = usize::try_from(settings.log.messages).unwrap_or(usize::MAX);
        let records = Self(Arc::new(Inner {
            log,
            store,
            telemetry,
            metrics,
            messages,
            longest: settings.log.inspect.0.0,
        }));
        records.count_losses();
        Ok(records)
    }

    /// Metrics tell what the others have lost.
    fn count_losses(&self) {
        let Inner {
            log,
            store,
            telemetry,
            metrics,
            ..
        } = &*self.0;
        let Some(metrics) = metrics else { return };
        if let Some(log) = log.clone() {
            metrics.losses_of("log", move || log.dropped());
        }
        if let Some(worker) = store.as_ref().map(|kept| kept.worker.clone()) {
            metrics.losses_of("store", move || worker.dropped());
        }
        if let Some(worker) = telemetry.as_ref().map(|sent| sent.worker.clone()) {
            metrics.losses_of("telemetry", move || worker.dropped());
        }
    }

    /// Where events go, besides what a server's health is told by.
    pub(crate) fn sinks(&self) -> Vec<Arc<dyn Sink>> {
        let Inner {
            log,
            store,
            telemetry,
            metrics,
            ..
        } = &*self.0;
        let mut sinks: Vec<Arc<dyn Sink>> = Vec::new();
        if let Some(metrics) = metrics {
            sinks.push(Arc::new(metrics.clone()));
        }
        if let Some(log) = log {
            sinks.push(Arc::new(log.clone()));
        }
        if let Some(Kept { worker, tail, .. }) = store {
            sinks.push(Arc::new(tail.clone()));
            sinks.push(Arc::new(worker.clone()));
        }
        if let Some(Sent { worker, .. }) = telemetry {
            sinks.push(Arc::new(worker.clone()));
        }
        sinks
    }

    /// Has the events of this proxy written down.
    pub(crate) fn follow(&self, gateway: Gateway, health: Health) -> Gateway {
        let sinks = self.sinks();
        let is_read = !sinks.is_empty();
        let gateway = gateway
            .analytics(Recorder { health, sinks })
            .inspect(is_read)
            .inspect_up_to(self.0.longest)
            .messages(self.0.messages);
        match &self.0.telemetry {
            Some(sent) => gateway.guard(sent.guard.clone()),
            None => gateway,
        }
    }

    /// What answers questions to the store.
    pub(crate) fn api(&self, token: Option<Token>) -> Option<Api> {
        let Kept { query, tail, .. } = self.0.store.as_ref()?;
        let builder = Api::builder(query.clone()).tail(tail.clone());
        Some(match token {
            Some(token) => builder.token(token).build(),
            None => builder.build(),
        })
    }

    /// The numbers so far, and the type of that text.
    pub(crate) fn metrics(&self) -> Option<(String, &'static str)> {
        let metrics = self.0.metrics.as_ref()?;
        Some((metrics.encode(), Metrics::CONTENT_TYPE))
    }

    /// How all of them are doing.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let Inner {
            log,
            store,
            telemetry,
            ..
        } = &*self.0;
        let log = log
            .as_ref()
            .map(|log| ("log", log.failing(), log.dropped()));
        let worker = |name, worker: &Worker| (name, worker.failing(), worker.dropped());
        let store = store.as_ref().map(|kept| worker("store", &kept.worker));
        let telemetry = telemetry
            .as_ref()
            .map(|sent| worker("telemetry", &sent.worker));
        let all = [log, store, telemetry].into_iter().flatten();
        all.map(|(name, reason, lost)| Row {
            name,
            state: if reason.is_some() { "fails" } else { "writes" },
            reason,
            lost,
        })
        .collect()
    }

    /// Opens the file of the exchange log anew: somebody may have moved it away.
    pub(crate) fn reopen(&self) {
        if let Some(log) = &self.0.log {
            log.reopen();
        }
    }

    /// Waits for the last events, and says so when some are missing.
    pub(crate) async fn finish(self) {
        let Inner {
            log,
            store,
            telemetry,
            ..
        } = &*self.0;
        if let Some(Kept { tail, .. }) = store {
            tail.close();
        }
        let log = async {
            if let Some(log) = log.clone() {
                let flushing = log.clone();
                finish(
                    "exchange log",
                    move || flushing.flush(PATIENCE),
                    || log.dropped(),
                )
                .await;
            }
        };
        let worker = async |name, worker: Option<&Worker>| {
            if let Some(worker) = worker.cloned() {
                let flushing = worker.clone();
                finish(name, move || flushing.flush(PATIENCE), || worker.dropped()).await;
            }
        };
        tokio::join!(
            log,
            worker("store", store.as_ref().map(|kept| &kept.worker)),
            worker("telemetry", telemetry.as_ref().map(|sent| &sent.worker)),
        );
        if let Some(Sent { figures, .. }) = telemetry {
            let (lost, rejected) = (figures.lost(), figures.rejected());
            if lost > 0 || rejected > 0 {
                tracing::warn!(
                    lost,
                    rejected,
                    "spans were not taken by the receiver of telemetry"
                );
            }
        }
    }
}

async fn finish(
    name: &str,
    flush: impl FnOnce() -> bool + Send + 'static,
    lost: impl FnOnce() -> u64,
) {
    let flushed = tokio::task::spawn_blocking(flush).await;
    let lost = lost();
    if lost > 0 || !matches!(flushed, Ok(true)) {
        tracing::warn!(lost, "the {name} is not complete");
    }
}

impl Kept {
    fn open(section: &Store) -> Result<Self, RecordsError> {
        let mut settings = StoreSettings::default();
        settings.age = section.age.0.0;
        settings.minutes_age = section.minutes_age.0.0;
        settings.bytes = section.size.0.0;
        let store = ExchangeStore::open(&section.file, settings)?;
        Ok(Self {
            worker: Worker::start("store", Bounds::default(), store)?,
            query: Query::open(&section.file, QuerySettings::default())?,
            tail: Tail::new(),
        })
    }
}

impl Sent {
    fn open(settings: &TelemetrySettings) -> Result<Self, RecordsError> {
        let spans = Spans::new(&settings.export)?;
        Ok(Self {
            figures: spans.figures(),
            worker: Worker::start("telemetry", Spans::bounds(), spans)?,
            guard: TraceGuard::new(settings.export.sampling),
        })
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("rows", &self.rows())
            .finish_non_exhaustive()
    }
}
