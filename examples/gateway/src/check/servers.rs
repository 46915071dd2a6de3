//! Whether the authorization servers that plans use can be used.

use tollbar::oauth2::{Examination, Outcome};

use super::Table;
use crate::{
    authserver::needs,
    config::{ServerSettings, Settings},
    keys::escaped,
};

/// One row for each, and whether all can be used. `None` when plans use none. Offline, nobody is asked.
pub(super) async fn rows(settings: &Settings, offline: bool) -> Option<(Table<4>, bool)> {
    let used = settings.servers.iter().filter_map(|server| {
        let needs = needs(server, settings)?;
        let its = server.server.clone();
        let asked = async move { its.examine(&needs).await };
        // All at once: each may take a while to find out that nobody is there.
        Some((server, (!offline).then(|| tokio::spawn(asked))))
    });
    let used: Vec<_> = used.collect();
    if used.is_empty() {
        return None;
    }
    let mut table = Table::new(["AUTHORIZATION SERVER", "ISSUER", "CLIENT", "ANSWERS"]);
    let mut is_fine = true;
    for (server, asked) in used {
        let words = match asked {
            None => "not asked".to_owned(),
            Some(asked) => {
                let examination = asked.await.unwrap_or_default();
                is_fine &= examination.outcome() < Outcome::Failed;
                describe(server, &examination)
            }
        };
        let client = server.section.client_id.as_deref();
        table.row([
            server.name().to_owned(),
            escaped(server.server.issuer()),
            escaped(client.unwrap_or("-")),
            words,
        ]);
    }
    Some((table, is_fine))
}

fn describe(server: &ServerSettings, examination: &Examination) -> String {
    let name = server.name();
    let of = |wanted: Outcome| {
        let steps = examination.steps().iter();
        steps.filter(move |step| step.outcome() == wanted)
    };
    let more = format!("`tollbar-gateway authserver check {name}`");
    match (of(Outcome::Failed).next(), of(Outcome::Warning).count()) {
        (Some(step), _) => {
            let (step, found) = (step.name(), escaped(step.brief()));
            format!("no: {step}: {found}: see {more}")
        }
        (None, 0) if examination.steps().is_empty() => format!("no: see {more}"),
        (None, 0) => "yes".to_owned(),
        (None, 1) => format!("yes, with 1 warning: see {more}"),
        (None, warnings) => format!("yes, with {warnings} warnings: see {more}"),
    }
}
