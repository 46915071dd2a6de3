//! Shadow, honest lists, and replacement.

use http_body_util::BodyExt as _;
use serde_json::json;

use crate::support::{Site, allowing, get, json_body, legacy, modern_with, stream, text, typed};

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"},{"name":"wipe"}],"cacheScope":"public"}}"#;

#[tokio::test]
async fn in_shadow_mode_nothing_changes_and_all_is_written_down() {
    let site = Site::new(allowing(&["tool:add"]).shadow());
    let (response, exchange) = site
        .ask(legacy("tools/list", &json!({})), json_body(LIST))
        .await;
    assert_eq!(text(response).await, LIST);
    assert_eq!(exchange.hidden(), 1);

    let capabilities = json!({"sampling": {}});
    let wipe = modern_with("tools/call", &json!({"name": "wipe"}), &capabilities);
    let sent = wipe.body().as_bytes().cloned().unwrap();
    let answer = json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    let (response, exchange) = site.ask(wipe, answer).await;
    assert_eq!(response.status(), 200);
    let [verdict] = exchange.verdicts() else {
        panic!()
    };
    assert!(!verdict.allows() && !verdict.is_enforced());
    assert_eq!(verdict.rule(), Some("the-rest"));
    assert!(exchange.refusal().is_none());
    assert_eq!(site.received().last().unwrap().as_bytes(), &sent[..]);
}

#[tokio::test]
async fn in_shadow_mode_what_cannot_be_read_passes() {
    let site = Site::new(allowing(&["tool:add"]).shadow());
    for answer in [
        typed("text/plain", "ok"),
        json_body(r#"{"jsonrpc":"2.0","id":1,"result":{"tools":7}}"#),
        json_body("{}{}"),
    ] {
        let sent = answer.body().as_bytes().cloned().unwrap();
        let (response, _) = site.ask(legacy("tools/list", &json!({})), answer).await;
        assert_eq!(response.status(), 200);
        assert_eq!(text(response).await.as_bytes(), &sent[..]);
    }
}

#[tokio::test]
async fn an_honest_gateway_filters_lists_all_the_same() {
    let site = Site::new(allowing(&["tool:add"]).honest());
    assert!(!site.filtered(LIST).await.contains("wipe"));
}

const UPDATED: &str = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"a:1\"}}\n\n";
const PROGRESS: &str = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n";

#[tokio::test]
async fn a_new_policy_reaches_streams_that_are_open() {
    let site = Site::new(allowing(&["resource:a:1"]));
    let (mut sender, answer) = stream();
    let (response, exchange) = site.ask(get(), answer).await;
    let mut body = response.into_body();
    let mut next = async || body.frame().await.unwrap().unwrap().into_data().unwrap();
    sender.send_data(UPDATED.into()).await.unwrap();
    assert_eq!(next().await, UPDATED);

    site.layer.replace(&allowing(&[]));
    sender.send_data(UPDATED.into()).await.unwrap();
    sender.send_data(PROGRESS.into()).await.unwrap();
    assert_eq!(next().await, PROGRESS, "the other one is withheld now");
    assert_eq!(exchange.hidden(), 1);

    site.layer.replace(&allowing(&[]).shadow());
    sender.send_data(UPDATED.into()).await.unwrap();
    assert_eq!(next().await, UPDATED, "modes are taken over, too");
    assert_eq!(exchange.hidden(), 2);

    site.layer.replace(&allowing(&["resource:a:1"]));
    sender.send_data(UPDATED.into()).await.unwrap();
    assert_eq!(next().await, UPDATED);
}

#[tokio::test]
async fn a_new_policy_reaches_clones_and_guards() {
    let site = Site::new(allowing(&["tool:add"]));
    let clone = site.layer.clone();
    clone.replace(&allowing(&["tool:wipe"]));
    assert_eq!(
        site.filtered(LIST).await,
        r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"wipe"}],"cacheScope":"private"}}"#
    );
    // A mode is one of the layer that it is asked of.
    let _ = clone.shadow();
    assert!(!site.filtered(LIST).await.contains("add"));
}
