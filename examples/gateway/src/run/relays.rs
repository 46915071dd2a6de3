//! Examining the MCP servers whose challenges a gateway that runs relays.

use std::path::Path;

use tollbar::oauth2::Outcome;

use crate::{
    banner,
    compose::{ComposedProxy, Relayed},
    config::{Admission, Fingerprint},
    keys::escaped,
};

/// The relays that were examined already.
#[derive(Debug, Default)]
pub(crate) struct ExaminedRelays {
    examined: Vec<(Fingerprint, Admission)>,
    /// How commands are told of the configuration.
    naming: String,
}

impl ExaminedRelays {
    /// Of the configuration in this file, if it is in one.
    pub(crate) fn of(path: Option<&Path>) -> Self {
        Self {
            naming: path.map(banner::naming).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Examines those that are new or changed. Returns at once; the log is told of what keeps clients
    /// from logging in, which keeps nothing from running: the server may be started later.
    pub(crate) fn follow(&mut self, proxies: &[ComposedProxy]) {
        let relays = proxies
            .iter()
            .filter_map(|proxy| Some((proxy, proxy.relay.as_ref()?)));
        let mut examined = Vec::new();
        for (proxy, relayed) in relays {
            let this = (relayed.fingerprint, relayed.admission.clone());
            if !self.examined.contains(&this) {
                let naming = self.naming.clone();
                tokio::spawn(examine(proxy.name.clone(), relayed.clone(), naming));
            }
            examined.push(this);
        }
        self.examined = examined;
    }
}

async fn examine(name: String, relayed: Relayed, naming: String) {
    let mode = relayed.resource.mode();
    let examination = relayed.resource.examine().await;
    let steps = examination.steps();
    let failed = steps
        .iter()
        .filter(|step| step.outcome() == Outcome::Failed);
    let failed: Vec<_> = failed.collect();
    // That no mode fits says nothing more where it is said why.
    let is_said = |name: &str| name == "mode" && failed.len() > 1;
    for step in failed.iter().filter(|step| !is_said(step.name())) {
        let fix = step.fix().map(|fix| format!(": {}", escaped(fix)));
        tracing::warn!(
            proxy = name,
            step = step.name(),
            "clients cannot log in to `{name}` as it is: {}{} (see `tollbar-gateway relay check \
             --proxy {name}{naming}`)",
            escaped(step.found()),
            fix.unwrap_or_default(),
        );
    }
    if steps.is_empty() || !failed.is_empty() {
        return;
    }
    let view = examination.through(mode);
    if let Some(mismatch) = relayed.admission.mismatch(view.authorization_servers()) {
        tracing::warn!(
            proxy = name,
            "clients cannot log in to `{name}` as it is: {}: name that authorization server in the \
             relay plan, or remove `verify`",
            escaped(&mismatch),
        );
        return;
    }
    let only_with = relayed.admission.only_with;
    let only_with = only_with.map(|what| format!("; only with {what} of the gateway"));
    let audience = steps.iter().find(|step| step.name() == "audience");
    tracing::info!(
        proxy = name,
        "clients are led to the login of `{name}` (relay: {mode}{}); {}",
        only_with.unwrap_or_default(),
        escaped(audience.map_or("", |step| step.found())),
    );
}
