//! The Inspector in a browser, and on its command line, before a gateway with a key plan.

use std::time::Duration;

use tollbar_tests::programs::{self, gateway};

use crate::matrix::{Client, Entry, Gate, Issuer};

/// How many tools the demo server has.
const TOOLS: usize = 15;

/// How long a gateway may take to know a new key; it should be half of that.
const TAKES_NOTICE: Duration = Duration::from_secs(2);

/// The page, and the command line in a terminal.
const INSPECTORS: [Client; 2] = [Client::InspectorPage, Client::InspectorTerminal];

fn assert_all_tools(client: Client, entry: &Entry) {
    let tools = entry.tools.as_ref();
    let tools = tools.unwrap_or_else(|| panic!("{client} is not let in: {entry:#?}"));
    assert_eq!(tools.len(), TOOLS, "{client}: {tools:?}");
    assert!(tools.iter().any(|name| name == "order_pass"), "{tools:?}");
    assert!(entry.opened.is_empty(), "{client}: {entry:#?}");
}

#[tokio::test]
async fn an_open_proxy_shows_all_tools() {
    let (_demo, upstream) = programs::demo();
    let (_gateway, url) = gateway(&upstream);
    for client in INSPECTORS {
        assert_all_tools(client, &client.enter(&url, None).await);
    }
}

#[tokio::test]
async fn a_key_plan_refuses_without_a_key_and_shows_all_tools_with_one() {
    let (_demo, upstream) = programs::demo();
    let mut gate = Gate::new(&upstream);
    gate.open();
    let url = gate.url();
    for client in INSPECTORS {
        let entry = client.enter(&url, None).await;
        let error = entry.error.as_ref();
        let error = error.unwrap_or_else(|| panic!("{client} is let in: {entry:#?}"));
        assert!(!entry.hung && entry.opened.is_empty(), "{entry:#?}");
        if let Client::InspectorPage = client {
            let first = error.requests.first().map(String::as_str);
            let expected = format!("POST {url} 401 UNAUTHORIZED");
            assert_eq!(first, Some(expected.as_str()), "{entry:#?}");
        }
    }
    // The gateway runs: the key is made beside it, as the guide says.
    let key = gate.keys(&["create", "--name", "ci", "--proxy", "mock"]);
    tokio::time::sleep(TAKES_NOTICE).await;
    for client in INSPECTORS {
        assert_all_tools(client, &client.enter(&url, Some(&key)).await);
    }
}

/// Otherwise the tests could not see it when a refusal sends users to a login that is not there.
#[tokio::test]
async fn a_browser_that_opens_is_noticed() {
    let issuer = Issuer::start().await;
    for client in INSPECTORS {
        let entry = client.enter(&issuer.url(), None).await;
        assert!(entry.tools.is_none() && !entry.hung, "{entry:#?}");
        let opened = entry.opened.iter().any(|one| one.contains(&issuer.page()));
        assert!(opened, "{client}: {entry:#?}");
    }
}
