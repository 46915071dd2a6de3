//! Real clients behind a policy: what they see, what they show of what they may not, and that they live
//! on.
//!
//! What each client shows is a table of `docs/acl.md`; when it differs from what is seen here, the test
//! prints the new one.

mod driven;
mod page;
mod rust_sdk;

use serde_json::{Value, json};

use self::{driven::Driven, page::Page};
use crate::{
    matrix::{Client, Era},
    reload::gateway::Gateway,
};

/// The clients, in the order of the page.
const CLIENTS: [Client; 8] = [
    Client::TypescriptV1,
    Client::TypescriptV2(Era::Legacy),
    Client::TypescriptV2(Era::Auto),
    Client::Python(Era::Legacy),
    Client::Python(Era::Auto),
    Client::Rmcp(Era::Legacy),
    Client::Rmcp(Era::Auto),
    Client::InspectorScript,
];

const RULES: &str = r#"
[[proxy.acl.rule]]
name = "agents"
keys = ["agent"]
tools = ["echo", "add"]
resources = ["demo://documents/*"]
templates = ["demo://documents/{number}"]
prompts = ["greet"]

[[proxy.acl.rule]]
name = "forecasts"
tools = ["weather"]
needs_scopes = ["weather:read"]
"#;

/// A rule that comes later.
const MORE: &str = r#"
[[proxy.acl.rule]]
name = "writers"
keys = ["agent"]
tools = ["write_note"]
"#;

/// Both doors, each behind a key; `ruled` with more rules.
fn proxies(more: &str) -> [String; 3] {
    let keyed = "[[proxy.plan]]\ntype = \"key\"";
    [
        format!("ruled\n{keyed}\n[proxy.acl]\n{RULES}{more}"),
        format!("honest\n{keyed}\n[proxy.acl]\ndenials = \"honest\"\n{RULES}"),
        format!("empty\n{keyed}\n[proxy.acl]"),
    ]
}

fn reload(gateway: &Gateway, more: &str) {
    let proxies = proxies(more);
    gateway.reload(&proxies.each_ref().map(String::as_str));
}

/// What the rules let a client see.
fn visible(tools: &[&str]) -> Value {
    let mut documents: Vec<_> = (1..=12)
        .map(|number| format!("demo://documents/{number}"))
        .collect();
    documents.sort();
    json!({
        "tools": tools,
        "resources": documents,
        "templates": ["demo://documents/{number}"],
        "prompts": ["greet"],
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_lives_with_a_policy() {
    let first = proxies("");
    let gateway = Gateway::start("", &[], &first.each_ref().map(String::as_str));
    let key = gateway.keys(&["create", "--name", "agent", "--all-proxies"]);
    let key = key.trim();
    // Keys are taken up within a second.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let mut page = Page::default();
    for client in CLIENTS {
        let place = client.to_string();
        let mut ruled = Driven::start(client, &gateway.url("ruled"), key).await;
        assert_eq!(
            ruled.list().await,
            visible(&["add", "echo", "weather"]),
            "{place}"
        );
        let denied = [
            (
                "a tool",
                ruled
                    .call("write_note", &json!({"name": "a", "text": "b"}))
                    .await,
            ),
            (
                "a resource",
                ruled.ask("read", "demo://notes/welcome").await,
            ),
            ("a prompt", ruled.ask("get", "write_letter").await),
            (
                "a scope is missing",
                ruled.call("weather", &json!({"city": "Lisbon"})).await,
            ),
        ];
        for (what, outcome) in &denied {
            page.add(&place, what, outcome);
        }
        // The session lives on.
        let echo = json!({"text": "still here"});
        assert_eq!(
            ruled.call("echo", &echo).await,
            json!({"done": true}),
            "{place}"
        );
        let read = ruled.ask("read", "demo://documents/1").await;
        assert_eq!(read, json!({"done": true}), "{place}");
        let got = ruled.ask("get", "greet").await;
        assert_eq!(got, json!({"done": true}), "{place}");

        // What a reload gives is there in the next list, in the same session.
        reload(&gateway, MORE);
        let more = visible(&["add", "echo", "weather", "write_note"]);
        assert_eq!(ruled.list().await, more, "{place}");
        let note = json!({"name": "a", "text": "b"});
        assert_eq!(
            ruled.call("write_note", &note).await,
            json!({"done": true}),
            "{place}"
        );
        // What it takes away is gone.
        reload(&gateway, "");
        assert_eq!(
            ruled.list().await,
            visible(&["add", "echo", "weather"]),
            "{place}"
        );
        let again = ruled.call("write_note", &note).await;
        assert_eq!(again, denied[0].1, "{place}");
        ruled.leave().await;

        let mut honest = Driven::start(client, &gateway.url("honest"), key).await;
        assert_eq!(
            honest.list().await,
            visible(&["add", "echo", "weather"]),
            "{place}"
        );
        page.add(
            &place,
            "a tool, honestly",
            &honest.call("write_note", &note).await,
        );
        assert_eq!(
            honest.call("echo", &echo).await,
            json!({"done": true}),
            "{place}"
        );
        honest.leave().await;

        // A policy without a rule: they come in, and see nothing.
        let mut empty = Driven::start(client, &gateway.url("empty"), key).await;
        let nothing = json!({"tools": [], "resources": [], "templates": [], "prompts": []});
        assert_eq!(empty.list().await, nothing, "{place}");
        let denied = empty.call("echo", &echo).await;
        assert!(denied.get("error").is_some(), "{place}: {denied}");
        empty.leave().await;
    }
    page.compare();
}
