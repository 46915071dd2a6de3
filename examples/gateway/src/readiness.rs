//! What is known of the upstreams, learnt from the traffic that passes anyway.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Serialize;
use tollbar::core::Exchange;

/// The last known state of all upstreams. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness {
    upstreams: Arc<Vec<Health>>,
    draining: Arc<AtomicBool>,
}

/// The last known state of one upstream. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    proxy: Arc<str>,
    last: Arc<Mutex<Last>>,
}

#[derive(Debug, Default)]
struct Last {
    seen: Option<Seen>,
    asked: Option<Instant>,
}

#[derive(Debug)]
struct Seen {
    at: Instant,
    /// Why it does not answer; `None` when it does.
    failure: Option<&'static str>,
}

/// Whether the gateway is ready, as it is told at `/readyz`.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    pub(crate) ready: bool,
    pub(crate) draining: bool,
    upstreams: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    proxy: &'a str,
    /// `answers`, `fails` or `unknown`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_ago: Option<u64>,
}

impl Readiness {
    pub(crate) fn new(upstreams: Vec<Health>) -> Self {
        Self {
            upstreams: Arc::new(upstreams),
            draining: Arc::default(),
        }
    }

    /// The gateway is about to stop.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Ready while not draining, unless every upstream is known to fail.
    pub(crate) fn report(&self) -> Report<'_> {
        let draining = self.draining.load(Ordering::Relaxed);
        let upstreams: Vec<_> = self.upstreams.iter().map(Health::row).collect();
        let failing = upstreams.iter().filter(|row| row.state == "fails").count();
        Report {
            ready: !draining && (failing == 0 || failing < upstreams.len()),
            draining,
            upstreams,
        }
    }

    /// The positions of upstreams that are known to fail and were not asked lately. They count as
    /// asked from now on.
    ///
    /// A gateway that is not ready gets no traffic to learn from, so somebody must ask again.
    pub(crate) fn due(&self, pause: Duration) -> Vec<usize> {
        let due = |health: &Health| {
            let mut last = health.last.lock().unwrap_or_else(PoisonError::into_inner);
            let fails = last
                .seen
                .as_ref()
                .is_some_and(|seen| seen.failure.is_some());
            let lately = last.asked.is_some_and(|at| at.elapsed() < pause);
            if fails && !lately {
                last.asked = Some(Instant::now());
            }
            fails && !lately
        };
        let positions = self.upstreams.iter().enumerate();
        positions
            .filter(|(_, health)| due(health))
            .map(|(position, _)| position)
            .collect()
    }
}

impl Health {
    /// Nothing is known yet.
    pub(crate) fn new(proxy: &str) -> Self {
        Self {
            proxy: proxy.into(),
            last: Arc::default(),
        }
    }

    /// Learns from an exchange, when it tells anything: the upstream's answer, or the refusal that
    /// stands for none.
    pub(crate) fn learn(&self, exchange: &Exchange) {
        let failure = match (exchange.refusal(), exchange.answered()) {
            // First, since a redirect is an answer too.
            (Some(refusal), _) if is_failure(refusal.reason()) => Some(refusal.reason()),
            (_, Some(_)) => None,
            (_, None) => return,
        };
        self.note(failure);
    }

    /// Notes a failure that no exchange has recorded.
    pub(crate) fn fail(&self, reason: &'static str) {
        self.note(Some(reason));
    }

    fn note(&self, failure: Option<&'static str>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.seen = Some(Seen {
            at: Instant::now(),
            failure,
        });
    }

    fn row(&self) -> Row<'_> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = last.seen.as_ref();
        Row {
            proxy: &self.proxy,
            state: match seen {
                None => "unknown",
                Some(Seen { failure: None, .. }) => "answers",
                Some(_) => "fails",
            },
            reason: seen.and_then(|seen| seen.failure),
            seconds_ago: seen.map(|seen| seen.at.elapsed().as_secs()),
        }
    }
}

/// Whether a refusal for this reason means that the upstream did not answer. A server whose places
/// are all taken does.
fn is_failure(reason: &str) -> bool {
    reason.starts_with("upstream_") && reason != "upstream_busy"
}
