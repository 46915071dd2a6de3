//! Subscriptions of the modern era.

use proptest::{prop_assert_eq, test_runner::TestCaseResult};
use serde_json::{Value, json};

use crate::{
    catalogue::{List, URIS},
    client::Client,
    lists::Found,
    outcome::Outcome,
};

/// A subscription reaches the server with those URIs that may be read, in order, and with no other.
pub(crate) async fn check(client: &Client<'_>, found: &Found) -> TestCaseResult {
    let limits = tollbar_mcp::Limits::default();
    let asked: Vec<_> = found
        .all(List::Resources)
        .filter(|(uri, _)| limits.admits_uri(uri))
        .collect();
    let uris: Vec<_> = asked.iter().map(|(uri, _)| *uri).collect();
    let subscriptions = |uris: &[&str]| json!({"notifications": {"resourceSubscriptions": uris, "promptsListChanged": true}});
    client.server.take_received();
    client
        .ask("subscriptions/listen", subscriptions(&uris))
        .await;
    let received = client.server.take_received();
    let left = asked.iter().filter(|(_, outcome)| *outcome == Outcome::Ran);
    let left: Vec<_> = left.map(|(uri, _)| *uri).collect();
    let expected = client.message(1, "subscriptions/listen", subscriptions(&left));
    prop_assert_eq!(received, vec![expected]);

    // One that cannot be asked for spoils all: nothing of it reaches the server.
    let odd = URIS.iter().filter(|uri| !limits.admits_uri(uri));
    for uri in odd {
        let told = client
            .ask("subscriptions/listen", subscriptions(&[uri]))
            .await;
        prop_assert_eq!(told.status, 400);
    }
    prop_assert_eq!(client.server.take_received(), Vec::<Value>::new());
    Ok(())
}
