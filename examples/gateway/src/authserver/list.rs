//! `authserver list`: all authorization servers of a configuration.

use serde_json::{Value, json};

use super::uses::Use;
use crate::{
    check::Table,
    config::{ServerSettings, Settings},
    keys::escaped,
    output,
};

/// Prints them. Asks nobody.
pub(super) fn list(settings: &Settings, json: bool) {
    if json {
        let rows: Vec<Value> = settings
            .servers
            .iter()
            .map(|server| value(server, settings))
            .collect();
        return output::print(&format!("{:#}\n", Value::from(rows)));
    }
    if settings.servers.is_empty() {
        return output::say(
            "the configuration has no `[[authorization_server]]`: docs/plans.md says what one is \
             for\n",
        );
    }
    let mut table = Table::new(["NAME", "ISSUER", "CLIENT", "PROXIES"]);
    let servers = &settings.servers;
    for server in servers {
        let mut proxies: Vec<String> = Use::of(server, settings)
            .into_iter()
            .map(|it| it.proxy)
            .collect();
        proxies.dedup();
        let proxies = match proxies.as_slice() {
            [] => "-".to_owned(),
            proxies => proxies.join(", "),
        };
        let client = server.section.client_id.as_deref();
        table.row([
            server.name().to_owned(),
            escaped(server.server.issuer()),
            escaped(client.unwrap_or("-")),
            proxies,
        ]);
    }
    output::print(&table.to_string());
    let uses: Vec<Use> = servers
        .iter()
        .flat_map(|server| Use::of(server, settings))
        .collect();
    if uses.is_empty() {
        return;
    }
    output::print("\nclients ask for tokens for:\n");
    for it in &uses {
        output::print(&it.describe());
    }
    for (doubt, fix) in uses.iter().flat_map(Use::doubts) {
        output::say(&format!("warning: {doubt}\n   = fix: {fix}\n"));
    }
}

fn value(server: &ServerSettings, settings: &Settings) -> Value {
    let uses = Use::of(server, settings);
    json!({
        "name": server.name(),
        "issuer": server.server.issuer(),
        "client_id": server.section.client_id,
        "resources": uses.iter().map(Use::value).collect::<Vec<_>>(),
    })
}
