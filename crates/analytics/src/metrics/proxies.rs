//! What is counted for each proxy.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};

use super::{labels::is_fit, names::Names, read, series::Series, write};
use crate::{Event, Proxy};

/// The proxies that have labels, by name.
#[derive(Debug)]
pub(super) struct Proxies {
    most: usize,
    tools: usize,
    known: RwLock<HashMap<Box<str>, Arc<OfProxy>>>,
}

/// What is counted for one proxy and has no other label: found once, so that counting is cheap.
#[derive(Debug)]
pub(super) struct OfProxy {
    pub(super) name: Arc<str>,
    pub(super) open: Gauge,
    tools: Names,
    own: Histogram,
    bytes_in: Counter,
    bytes_out: Counter,
}

impl Proxies {
    pub(super) fn new(most: usize, tools: usize) -> Self {
        Self {
            most,
            tools,
            known: RwLock::default(),
        }
    }

    /// What is counted for this proxy, or for `other` when there is no room for one more.
    pub(super) fn of(&self, proxy: &Proxy, series: &Series) -> Arc<OfProxy> {
        let name = proxy.name.as_deref().unwrap_or("none");
        let (found, is_full) = {
            let known = read(&self.known);
            (known.get(name).map(Arc::clone), known.len() >= self.most)
        };
        match found {
            Some(found) => found,
            None if is_full => self.get_or_add("other", series),
            None => self.get_or_add(name, series),
        }
    }

    fn get_or_add(&self, name: &str, series: &Series) -> Arc<OfProxy> {
        if let Some(found) = read(&self.known).get(name) {
            return Arc::clone(found);
        }
        let mut known = write(&self.known);
        // Others may have come in between: one more for each thread, at most.
        let proxy = known
            .entry(name.into())
            .or_insert_with(|| Arc::new(OfProxy::new(name, self.tools, series)));
        Arc::clone(proxy)
    }
}

impl OfProxy {
    fn new(name: &str, tools: usize, series: &Series) -> Self {
        let name: Arc<str> = name.into();
        Self {
            open: series.open(&name),
            tools: Names::new(tools),
            own: series.own(&name),
            bytes_in: series.bytes_in(&name),
            bytes_out: series.bytes_out(&name),
            name,
        }
    }

    /// Counts what an exchange has once, however many messages it had.
    pub(super) fn once(&self, event: &Event) {
        self.open.dec();
        self.bytes_in.inc_by(event.sizes.bytes_in.unwrap_or(0));
        self.bytes_out.inc_by(event.sizes.bytes_out);
        if let Some(own) = event.times.own() {
            self.own.observe(own.as_secs_f64());
        }
    }

    /// The label of a tool.
    pub(super) fn tool(&self, name: &str, is_confirmed: bool) -> Arc<str> {
        if is_confirmed && is_fit(name) {
            return self.tools.of(Some(name));
        }
        self.tools.known_or_other(name)
    }
}
