//! Examining the authorization servers of a gateway that runs.

use tollbar::oauth2::{Needs, Outcome};

use super::needs;
use crate::config::{Fingerprint, ServerSettings, Settings};

/// The authorization servers that were examined already, and what they were needed for.
#[derive(Debug, Default)]
pub(crate) struct Examined(Vec<(Fingerprint, Needs)>);

impl Examined {
    /// Examines those that are new or changed, or needed for more. Returns at once; the log is told of
    /// each that cannot work, which keeps nothing from running: it may be started later.
    pub(crate) fn follow(&mut self, settings: &Settings) {
        let mut examined = Vec::new();
        for server in &settings.servers {
            let Some(needs) = needs(server, settings) else {
                continue;
            };
            let entry = (server.fingerprint, needs.clone());
            if !self.0.contains(&entry) {
                tokio::spawn(examine(server.clone(), needs));
            }
            examined.push(entry);
        }
        self.0 = examined;
    }
}

async fn examine(server: ServerSettings, needs: Needs) {
    let examination = server.server.examine(&needs).await;
    let failed: Vec<String> = examination
        .steps()
        .iter()
        .filter(|step| step.outcome() == Outcome::Failed)
        .map(|step| format!("{}: {}", step.name(), step.brief()))
        .collect();
    if !failed.is_empty() {
        let name = server.name();
        tracing::warn!(
            authorization_server = name,
            "the authorization server `{name}` cannot be used as it is ({}): run `tollbar-gateway \
             authserver check {name}`",
            failed.join("; ")
        );
    }
}
