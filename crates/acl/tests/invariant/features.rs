//! Features: what a client may say about them, and what each side says it can do.

use std::collections::HashMap;

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};
use serde_json::{Value, json};
use tollbar_acl::Feature;
use tollbar_mcp::Era;

use crate::{catalogue::List, client::Client, lists::Found, outcome::Outcome};

/// What came of using each feature, as far as the revision has a way to.
pub(crate) type Granted = HashMap<Feature, Outcome>;

const OF_CLIENTS: [Feature; 4] = [
    Feature::Sampling,
    Feature::Elicitation,
    Feature::Roots,
    Feature::Tasks,
];

pub(crate) async fn check(client: &Client<'_>, found: &Found) -> Result<Granted, TestCaseError> {
    let granted = match client.era() {
        Era::Legacy => in_legacy(client).await?,
        Era::Modern => in_modern(client, found).await?,
    };
    check_client(client, &granted).await?;
    check_server(client, found, &granted).await?;
    Ok(granted)
}

/// What a client says that belongs to each feature, in the legacy era.
async fn in_legacy(client: &Client<'_>) -> Result<Granted, TestCaseError> {
    let response = |result: Value| json!({"jsonrpc": "2.0", "id": 9, "result": result});
    let said = [
        (
            Feature::Logging,
            client.message(1, "logging/setLevel", json!({"level": "info"})),
        ),
        (Feature::Tasks, client.message(1, "tasks/list", json!({}))),
        (
            Feature::Roots,
            json!({"jsonrpc": "2.0", "method": "notifications/roots/list_changed"}),
        ),
        (
            Feature::Sampling,
            response(json!({"role": "assistant", "content": {}, "model": "m"})),
        ),
        (
            Feature::Elicitation,
            response(json!({"action": "accept", "content": {}})),
        ),
    ];
    let mut granted = Granted::new();
    for (feature, message) in said {
        granted.insert(feature, Outcome::of_message(client, message).await?);
    }
    let roots = response(json!({"roots": []}));
    let outcome = Outcome::of_message(client, roots).await?;
    prop_assert_eq!(outcome, granted[&Feature::Roots]);
    Ok(granted)
}

/// The same in the modern era, where it stands in other requests.
async fn in_modern(client: &Client<'_>, found: &Found) -> Result<Granted, TestCaseError> {
    let mut granted = Granted::new();
    let task = Outcome::of(client, "tasks/get", json!({"taskId": "t"})).await?;
    granted.insert(Feature::Tasks, task);
    let runs = |(_, outcome): &(_, Outcome)| *outcome == Outcome::Ran;
    let Some((tool, _)) = found.all(List::Tools).find(runs) else {
        return Ok(granted);
    };
    for (feature, answer) in [
        (
            Feature::Sampling,
            json!({"role": "assistant", "content": {}, "model": "m"}),
        ),
        (Feature::Elicitation, json!({"action": "decline"})),
        (Feature::Roots, json!({"roots": []})),
    ] {
        let params = json!({"name": tool, "inputResponses": {"q": answer}});
        let outcome = Outcome::of(client, "tools/call", params).await?;
        granted.insert(feature, outcome);
    }
    Ok(granted)
}

/// What the server is told of the client: a feature exactly when it may be used.
async fn check_client(client: &Client<'_>, granted: &Granted) -> Result<(), TestCaseError> {
    let offered: serde_json::Map<_, _> = OF_CLIENTS
        .iter()
        .map(|feature| (feature.as_str().to_owned(), json!({})))
        .collect();
    client.server.take_received();
    let key = "io.modelcontextprotocol/clientCapabilities";
    let told = match client.era() {
        Era::Legacy => {
            let info = json!({"name": "c", "version": "1"});
            let params = json!({"protocolVersion": client.version.as_str(), "capabilities": offered, "clientInfo": info});
            client.ask("initialize", params).await;
            client.server.take_received()[0]["params"]["capabilities"].clone()
        }
        Era::Modern => {
            client
                .ask("tools/list", json!({"_meta": {key: offered}}))
                .await;
            client.server.take_received()[0]["params"]["_meta"][key].clone()
        }
    };
    for feature in OF_CLIENTS {
        if let Some(outcome) = granted.get(&feature) {
            let is_told = told.get(feature.as_str()).is_some();
            prop_assert_eq!(is_told, *outcome == Outcome::Ran, "{:?}", feature);
        }
    }
    Ok(())
}

/// What the client is told of the server: at least what there is for it.
async fn check_server(
    client: &Client<'_>,
    found: &Found,
    granted: &Granted,
) -> Result<(), TestCaseError> {
    let told = match client.era() {
        Era::Legacy => {
            let params = json!({"protocolVersion": client.version.as_str(), "capabilities": {}});
            client.ask("initialize", params).await
        }
        Era::Modern => client.ask("server/discover", json!({})).await,
    };
    let told = told.json()["result"]["capabilities"].clone();
    prop_assert!(told.get("experimental").is_some(), "{}", told);
    for (name, lists) in [
        ("tools", &[List::Tools][..]),
        ("prompts", &[List::Prompts]),
        ("resources", &[List::Resources, List::Templates]),
        (
            "completions",
            &[List::Prompts, List::Resources, List::Templates],
        ),
    ] {
        let is_there = told.get(name).is_some();
        prop_assert!(is_there || !found.is_any_visible(lists), "no {}", name);
    }
    for feature in [Feature::Logging, Feature::Tasks] {
        if let Some(outcome) = granted.get(&feature) {
            let is_there = told.get(feature.as_str()).is_some();
            prop_assert_eq!(is_there, outcome.is_visible(), "{:?}", feature);
        }
    }
    Ok(())
}
