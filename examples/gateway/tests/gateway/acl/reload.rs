//! Rules that change while a gateway runs.

use std::time::Duration;

use http::Method;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{Case, ask, demo};
use crate::support::{Gateway, initialize, open, post};

const ECHO: &str = "[proxy.acl]\n[[proxy.acl.rule]]\ntools = [\"echo\"]\n";
const MORE: &str = "[[proxy.acl.rule]]\ntools = [\"add\"]\n";

/// The tools that a client without a credential sees.
async fn tools(gateway: &Gateway) -> Vec<Value> {
    let (_, answer) = ask(gateway.url(), None, "tools/list", json!({})).await;
    let tools = answer["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].clone()).collect()
}

/// How long a stream that should end may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream of the legacy era that is open: all that comes on it, once it has ended.
async fn stream(gateway: &Gateway) -> JoinHandle<()> {
    let url = gateway.url();
    let begun = post(url, &initialize(), &[]).await;
    let session = begun.headers["mcp-session-id"].to_str().unwrap();
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    post(url, &ready, &[("mcp-session-id", session)]).await;
    let headers = [
        ("accept", "text/event-stream"),
        ("mcp-session-id", session),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    let response = open(Method::GET, url, &headers, "").await;
    assert_eq!(response.status(), 200);
    tokio::spawn(async move {
        // Cut off is an end, too.
        let _ = response.into_body().collect().await;
    })
}

async fn end(stream: JoinHandle<()>) {
    timeout(PATIENCE, stream)
        .await
        .expect("it goes on")
        .unwrap();
}

async fn goes_on(stream: JoinHandle<()>) {
    sleep(Duration::from_millis(500)).await;
    assert!(!stream.is_finished(), "it has ended");
    stream.abort();
}

#[tokio::test]
async fn another_policy_holds_at_once_and_ends_nothing() {
    let demo = demo();
    let case = Case::new(demo.url(), ECHO);
    let gateway = case.start();
    let stream = stream(&gateway).await;
    assert_eq!(tools(&gateway).await, ["echo"]);
    case.rule(&format!("{ECHO}{MORE}"));
    gateway.hear("reloaded: 1 proxy changed; changed: `demo` (acl: 2 rules, was 1 rule)");
    assert_eq!(tools(&gateway).await, ["add", "echo"]);
    case.rule(&ECHO.replace("echo", "add"));
    gateway.hear("changed: `demo` (acl: 1 rule, was 2 rules)");
    assert_eq!(tools(&gateway).await, ["add"]);
    case.rule(ECHO);
    gateway.hear("changed: `demo` (acl: 1 rule, changed `rule 1`)");
    assert_eq!(tools(&gateway).await, ["echo"]);
    case.rule(&ECHO.replace("[proxy.acl]", "[proxy.acl]\ndenials = \"honest\""));
    gateway.hear("changed: `demo` (acl: 1 rule, denials honest)");
    // One with errors changes nothing.
    case.rule("[proxy.acl]\n[[proxy.acl.rule]]\ntools = []\n");
    gateway.hear("the new configuration is refused");
    assert_eq!(tools(&gateway).await, ["echo"]);
    goes_on(stream).await;
}

#[tokio::test]
async fn streams_end_where_rules_begin() {
    let demo = demo();
    let case = Case::new(demo.url(), "");
    let gateway = case.start();
    let ended = stream(&gateway).await;
    assert!(tools(&gateway).await.len() > 2);
    case.rule(ECHO);
    gateway.hear("changed: `demo` (acl: 1 rule, was none)");
    end(ended).await;
    assert_eq!(tools(&gateway).await, ["echo"]);
    // Without rules any more, it goes on.
    let stays = stream(&gateway).await;
    case.rule("");
    gateway.hear("changed: `demo` (acl: none, was 1 rule)");
    assert!(tools(&gateway).await.len() > 2);
    goes_on(stays).await;
}

#[tokio::test]
async fn streams_end_where_shadow_ends_or_more_changes_than_the_rules() {
    let demo = demo();
    let shadow = ECHO.replace("[proxy.acl]", "[proxy.acl]\nmode = \"shadow\"");
    let case = Case::new(demo.url(), &shadow);
    let gateway = case.start();
    let ended = stream(&gateway).await;
    assert!(tools(&gateway).await.len() > 2, "nothing is hidden");
    case.rule(ECHO);
    gateway.hear("changed: `demo` (acl: 1 rule, was 1 rule, shadow)");
    end(ended).await;
    assert_eq!(tools(&gateway).await, ["echo"]);
    let ended = stream(&gateway).await;
    case.rule(&format!("{ECHO}{MORE}[proxy.limits]\ndepth = 20\n"));
    gateway.hear("changed: `demo` (acl: 2 rules, was 1 rule)");
    end(ended).await;
    assert_eq!(tools(&gateway).await, ["add", "echo"]);
    // The rules are what they were: what is open goes on, and asks what runs.
    let stays = stream(&gateway).await;
    case.rule(&format!("{ECHO}{MORE}[proxy.limits]\ndepth = 30\n"));
    gateway.hear("reloaded: 1 proxy changed; changed: `demo`\n");
    goes_on(stays).await;
}

#[tokio::test]
async fn streams_end_where_rules_ask_for_headers_that_were_not_kept() {
    let demo = demo();
    let case = Case::new(demo.url(), ECHO);
    let gateway = case.start();
    let ended = stream(&gateway).await;
    let team = format!("{ECHO}headers = {{ x-team = [\"blue\"] }}\n");
    case.rule(&team);
    gateway.hear("changed: `demo` (acl: ");
    end(ended).await;
    // What was kept is enough for rules that ask for less.
    let stays = stream(&gateway).await;
    case.rule(ECHO);
    gateway.hear("changed: `demo` (acl: ");
    goes_on(stays).await;
}
