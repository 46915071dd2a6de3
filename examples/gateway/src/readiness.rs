//! What is known of the upstreams, learnt from the traffic that passes anyway.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::sync::watch;

use crate::{compose::ComposedProxy, records};

/// What is served at the moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(crate) proxies: Arc<Vec<ComposedProxy>>,
    /// What came of the last reload; `None` where there is none.
    pub(crate) configuration: Option<Configuration>,
}

/// What came of the last configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Configuration {
    /// It is what runs.
    Applied,
    /// It has errors: the one before runs.
    Refused,
}

/// What is known of what is served. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    live: watch::Receiver<Live>,
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
pub(crate) struct Report {
    pub(crate) ready: bool,
    pub(crate) draining: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<Configuration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    upstreams: Vec<Row>,
    /// What is written down, and how that goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) records: Vec<records::Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    proxy: String,
    /// `answers`, `fails` or `unknown`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_ago: Option<u64>,
}

impl Report {
    /// Leaves out what only those may know who are trusted.
    pub(crate) fn conceal(&mut self) {
        self.configuration = None;
        self.upstreams.clear();
        self.records.clear();
    }
}

impl Readiness {
    pub(crate) fn new(live: watch::Receiver<Live>) -> Self {
        Self {
            live,
            draining: Arc::default(),
        }
    }

    /// The gateway is about to stop.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Ready while not draining, unless every upstream is known to fail. A configuration that was
    /// refused changes nothing in that: the one before serves.
    pub(crate) fn report(&self) -> Report {
        let draining = self.draining.load(Ordering::Relaxed);
        let Live {
            proxies,
            configuration,
        } = self.live.borrow().clone();
        let upstreams: Vec<_> = proxies.iter().map(|proxy| proxy.health.row()).collect();
        let failing = upstreams.iter().filter(|row| row.state == "fails").count();
        Report {
            ready: !draining && (failing == 0 || failing < upstreams.len()),
            draining,
            configuration,
            upstreams,
            records: Vec::new(),
        }
    }

    /// The proxies whose upstream is known to fail and was not asked lately. They count as asked
    /// from now on.
    ///
    /// A gateway that is not ready gets no traffic to learn from, so somebody must ask again.
    pub(crate) fn due(&self, pause: Duration) -> Vec<ComposedProxy> {
        let proxies = Arc::clone(&self.live.borrow().proxies);
        let due = proxies.iter().filter(|proxy| proxy.health.is_due(pause));
        due.cloned().collect()
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
    pub(crate) fn learn(&self, refusal: Option<&'static str>, has_answered: bool) {
        let failure = match refusal {
            // First, since a redirect is an answer too.
            Some(reason) if is_failure(reason) => Some(reason),
            _ if has_answered => None,
            _ => return,
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

    /// Whether it fails and was not asked lately. It counts as asked from now on.
    fn is_due(&self, pause: Duration) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let fails = last
            .seen
            .as_ref()
            .is_some_and(|seen| seen.failure.is_some());
        let lately = last.asked.is_some_and(|at| at.elapsed() < pause);
        if fails && !lately {
            last.asked = Some(Instant::now());
        }
        fails && !lately
    }

    fn row(&self) -> Row {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = last.seen.as_ref();
        Row {
            proxy: self.proxy.to_string(),
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
/// are all taken does, and so does one that wants to know who asks.
fn is_failure(reason: &str) -> bool {
    reason.starts_with("upstream_")
        && !matches!(reason, "upstream_busy" | "upstream_wants_credential")
}
