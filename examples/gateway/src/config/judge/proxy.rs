//! Whether proxies fit beside each other.

use std::collections::HashMap;

use tollbar::{core::frame::FrameLayer, mcp};

use super::Judge;
use crate::config::{
    report::Problem,
    section::{File, Proxy},
    tree::Place,
};

impl Judge<'_> {
    pub(super) fn proxies(&mut self, file: &File) {
        let place = Place::root().key("proxy");
        if file.proxy.is_empty() {
            let problem = Problem::error("there is no proxy");
            let fix = "add a `[[proxy]]`, such as `tollbar-gateway config example` prints";
            self.note(&place, problem.fix(fix));
        }
        let proxies = file.proxy.iter();
        let names = proxies.clone().map(|proxy| proxy.name.as_str());
        self.unique("proxy", "proxy", "name", names);
        let paths = proxies.map(|proxy| proxy.path.as_str());
        self.unique("proxy", "proxy", "path", paths);
        self.shared_urls(&file.proxy, &file.listener);
        for (index, proxy) in file.proxy.iter().enumerate() {
            self.exposed_tokens(proxy, &place.index(index), &file.listener);
            let url = &proxy.upstream.url;
            let address = file.listener.address.0.0;
            let itself = url.is_loopback()
                && file.listener.address.is_loopback()
                && url.0.0.port_or_known_default() == Some(address.port());
            if itself {
                let problem = Problem::error("this upstream is the gateway's own listener");
                let place = place.index(index).key("upstream").key("url");
                self.note(&place, problem.fix("give one of the two another port"));
            }
        }
    }

    /// No two sections of one kind have the same value here.
    pub(super) fn unique<'a>(
        &mut self,
        section: &str,
        words: &str,
        key: &str,
        values: impl Iterator<Item = &'a str>,
    ) {
        let mut first = HashMap::new();
        for (index, value) in values.enumerate() {
            if let Some(earlier) = first.get(value) {
                let problem = Problem::error(format!(
                    "`{section}[{index}].{key}` is `{value}`, like that of `{section}[{earlier}]`"
                ));
                let place = Place::root().key(section).index(index).key(key);
                self.note(
                    &place,
                    problem.fix(format!("give each {words} its own {key}")),
                );
            } else {
                first.insert(value, index);
            }
        }
    }
}

/// The codec with this proxy's limits.
pub(super) fn frame(proxy: &Proxy) -> FrameLayer {
    let limits = &proxy.limits;
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let messages = mcp::Limits::new()
        .depth(count(limits.depth))
        .batch(count(limits.batch))
        .id(limits.id.0.0)
        .name(limits.name.0.0)
        .uri(limits.uri.0.0)
        .header(limits.header.0.0)
        .subscriptions(count(limits.subscriptions));
    FrameLayer::new()
        .limits(messages)
        .body_limit(limits.body.0.0)
        .body_timeout(limits.body_timeout.0)
        .body_budget(limits.body_budget.0.0)
        .event_limit(limits.event.0.0)
        .keep_alive(proxy.keep_alive.0.0)
}
