//! Whether clients are led to the login of servers that judge tokens themselves.

use std::path::Path;

use tollbar::{
    challenge::{RelayExamination, RelayedResource},
    oauth2::{Outcome, Step},
};

use super::{Table, WIDTH};
use crate::{
    banner,
    config::{ProxySettings, Settings},
    keys::escaped,
};

/// What came of asking.
pub(super) struct AskedRelays {
    /// One row for each.
    pub(super) table: Table<4>,
    /// Whether clients are led to the login of all of them.
    pub(super) is_fine: bool,
    /// The proxies of which there is more to say.
    notable: Vec<String>,
}

/// Asks all of them. `None` when there are none. Offline, nobody is asked.
pub(super) async fn rows(settings: &Settings, offline: bool) -> Option<AskedRelays> {
    let relays = settings.proxies.iter().filter_map(|proxy| {
        let resource = resource(proxy, settings)?;
        let mode = resource.mode();
        let asked = async move { resource.examine().await };
        // All at once: each may take a while to find out that nobody is there.
        Some((proxy, mode, (!offline).then(|| tokio::spawn(asked))))
    });
    let relays: Vec<_> = relays.collect();
    if relays.is_empty() {
        return None;
    }
    let headings = ["RELAY OF", "MODE", "SERVER", "CLIENTS ARE LED TO ITS LOGIN"];
    let mut asked_relays = AskedRelays {
        table: Table::new(headings).within(WIDTH).wrapping(2),
        is_fine: true,
        notable: Vec::new(),
    };
    for (proxy, mode, asked) in relays {
        let words = match asked {
            None => "not asked".to_owned(),
            Some(asked) => {
                let examination = asked.await.ok();
                let (works, is_notable, words) = judge(proxy, examination.as_ref());
                asked_relays.is_fine &= works;
                if is_notable {
                    asked_relays.notable.push(proxy.name().to_owned());
                }
                words
            }
        };
        asked_relays.table.row([
            proxy.name().to_owned(),
            mode.to_string(),
            banner::origin(proxy.upstream.url()),
            words,
        ]);
    }
    Some(asked_relays)
}

impl AskedRelays {
    /// Which command says more, where there is more to say.
    pub(super) fn more(&self, path: &Path) -> Option<String> {
        let name = match self.notable.as_slice() {
            [] => return None,
            [name] => name,
            _ => "NAME",
        };
        let config = banner::naming(path);
        Some(format!(
            "see `tollbar-gateway relay check --proxy {name}{config}`\n"
        ))
    }
}

/// What the proxy relays. Judging has ruled out that it cannot be built.
fn resource(proxy: &ProxySettings, settings: &Settings) -> Option<RelayedResource> {
    let listener = &settings.listener;
    let url = listener.public_url(&proxy.section, listener.address.0.0);
    proxy.relay.as_ref()?.resource(&url.ok()?, false).ok()
}

/// Whether clients are led to the login, whether there is more to say, and in short what.
fn judge(proxy: &ProxySettings, examination: Option<&RelayExamination>) -> (bool, bool, String) {
    let Some(examination) = examination else {
        return (false, true, "no: it could not be looked at".to_owned());
    };
    let of = |wanted: Outcome| {
        let steps = examination.steps().iter();
        steps.filter(move |step: &&Step| step.outcome() == wanted)
    };
    if let Some(step) = of(Outcome::Failed).next() {
        let words = format!("no: {}: {}", step.name(), escaped(step.brief()));
        return (false, true, words);
    }
    let mode = proxy.relay.as_ref().map(|relay| relay.section.mode.into());
    let view = examination.through(mode.unwrap_or_default());
    let admission = proxy.admission();
    if let Some(mismatch) = admission.mismatch(view.authorization_servers()) {
        return (false, false, format!("no: {}", escaped(&mismatch)));
    }
    let mut words = match admission.only_with {
        None => "yes".to_owned(),
        Some(what) => format!("only with {what} of the gateway"),
    };
    let warnings = of(Outcome::Warning).count();
    match warnings {
        0 => {}
        1 => words.push_str(", with 1 warning"),
        _ => words.push_str(&format!(", with {warnings} warnings")),
    }
    (true, warnings > 0, words)
}
