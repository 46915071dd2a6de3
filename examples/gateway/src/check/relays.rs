//! Whether clients can log in to servers that judge tokens themselves.

use tollbar::{
    challenge::RelayedResource,
    oauth2::{Outcome, Step},
};

use super::Table;
use crate::{
    banner,
    config::{ProxySettings, Settings},
    keys::escaped,
};

/// One row for each, and whether clients can log in to all. `None` when there are none. Offline, nobody
/// is asked.
pub(super) async fn rows(settings: &Settings, offline: bool) -> Option<(Table<4>, bool)> {
    let relays = settings.proxies.iter().filter_map(|proxy| {
        let resource = resource(proxy, settings)?;
        let mode = resource.mode();
        let asked = async move { resource.examine().await.steps().to_vec() };
        // All at once: each may take a while to find out that nobody is there.
        Some((proxy, mode, (!offline).then(|| tokio::spawn(asked))))
    });
    let relays: Vec<_> = relays.collect();
    if relays.is_empty() {
        return None;
    }
    let mut table = Table::new(["RELAY OF", "MODE", "SERVER", "CLIENTS CAN LOG IN"]);
    let mut is_fine = true;
    for (proxy, mode, asked) in relays {
        let words = match asked {
            None => "not asked".to_owned(),
            Some(asked) => {
                let steps = asked.await.unwrap_or_default();
                let works = !steps.is_empty() && !steps.iter().any(has_failed);
                is_fine &= works;
                describe(proxy, &steps)
            }
        };
        table.row([
            proxy.name().to_owned(),
            mode.to_string(),
            banner::origin(proxy.upstream.url()),
            words,
        ]);
    }
    Some((table, is_fine))
}

/// What the proxy relays. Judging has ruled out that it cannot be built.
fn resource(proxy: &ProxySettings, settings: &Settings) -> Option<RelayedResource> {
    let listener = &settings.listener;
    let url = listener.public_url(&proxy.section, listener.address.0.0);
    proxy.relay.as_ref()?.resource(&url.ok()?, false).ok()
}

fn has_failed(step: &Step) -> bool {
    step.outcome() == Outcome::Failed
}

fn describe(proxy: &ProxySettings, steps: &[Step]) -> String {
    let more = format!("`tollbar-gateway relay check --proxy {}`", proxy.name());
    let failed = steps.iter().find(|step| has_failed(step));
    let warnings = steps
        .iter()
        .filter(|step| step.outcome() == Outcome::Warning);
    match (failed, warnings.count()) {
        (Some(step), _) => {
            let (step, found) = (step.name(), escaped(step.brief()));
            format!("no: {step}: {found}: see {more}")
        }
        (None, _) if steps.is_empty() => format!("no: see {more}"),
        (None, 0) => "yes".to_owned(),
        (None, 1) => format!("yes, with 1 warning: see {more}"),
        (None, warnings) => format!("yes, with {warnings} warnings: see {more}"),
    }
}
