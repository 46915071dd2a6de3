//! What lists say about tools decides about calls.

use serde_json::json;
use tollbar_acl::{AclLayer, Decision, Hint, Question};

use crate::support::{Site, json_body, legacy, text};

/// Allows what is known to change nothing.
fn only_reading() -> AclLayer {
    AclLayer::new(|question: &Question<'_>| match question.annotations {
        Some(annotations) if annotations.get(Hint::ReadOnly) => Decision::allow(),
        _ => Decision::deny(),
    })
}

const READS: &str = r#"{"name":"a","annotations":{"readOnlyHint":true}}"#;

async fn list(site: &Site, tools: &str) -> String {
    let list = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{tools}]}}}}"#);
    let request = legacy("tools/list", &json!({}));
    let filtered = text(site.ask(request, json_body(&list)).await.0).await;
    let (_, rest) = filtered.split_once(r#""tools":["#).unwrap();
    rest.strip_suffix("]}}").unwrap().to_owned()
}

async fn may_call(site: &Site, tool: &str) -> bool {
    let answer = json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    let call = legacy("tools/call", &json!({"name": tool}));
    site.ask(call, answer).await.1.verdicts()[0].allows()
}

#[tokio::test]
async fn a_tool_is_callable_once_a_list_has_said_what_it_does() {
    let site = Site::new(only_reading());
    assert!(!may_call(&site, "a").await, "unknown means no");
    assert_eq!(
        list(&site, &format!(r#"{READS},{{"name":"b"}}"#)).await,
        READS
    );
    assert!(may_call(&site, "a").await);
    assert!(!may_call(&site, "b").await);
    // What was learnt stays when the policy is replaced.
    site.layer.replace(&only_reading());
    assert!(may_call(&site, "a").await);
    // The last list counts.
    assert_eq!(list(&site, r#"{"name":"a"}"#).await, "");
    assert!(!may_call(&site, "a").await);
}

#[tokio::test]
async fn what_cannot_be_told_is_forgotten() {
    for unclear in [
        r#"{"name":"a","annotations":7}"#,
        r#"{"name":"a","annotations":{"readOnlyHint":"yes"}}"#,
        r#"{"name":"a","Annotations":{"readOnlyHint":false},"annotations":{"readOnlyHint":true}}"#,
        r#"{"name":"a","annotations":{"readOnlyHint":true,"READONLYHINT":false}}"#,
        r#"{"name":"a","annotations":{"readOnlyHint":true}},{"name":"a","annotations":{"readOnlyHint":false}}"#,
        r#"{"name":"a"},{"name":"a","annotations":{"readOnlyHint":true}},{"name":"a"}"#,
    ] {
        let site = Site::new(only_reading());
        assert_eq!(list(&site, READS).await, READS);
        assert_eq!(list(&site, unclear).await, "", "{unclear}");
        assert!(!may_call(&site, "a").await, "{unclear}");
    }
    let site = Site::new(only_reading());
    let twice = format!("{READS},{READS}");
    assert_eq!(list(&site, &twice).await, twice, "they agree");
    assert!(may_call(&site, "a").await);
}

#[tokio::test]
async fn lists_on_streams_are_learnt_from_and_the_oldest_tools_are_forgotten() {
    let site = Site::new(only_reading().annotations_limit(1));
    let message = format!(r#"{{"jsonrpc":"2.0","id":"x","result":{{"tools":[{READS}]}}}}"#);
    site.heard(&message).await;
    assert!(may_call(&site, "a").await);
    list(&site, &READS.replace(r#""a""#, r#""b""#)).await;
    assert!(may_call(&site, "b").await);
    assert!(!may_call(&site, "a").await);
}

#[tokio::test]
async fn shadow_mode_learns_as_well() {
    let site = Site::new(only_reading().shadow());
    assert_eq!(list(&site, READS).await, READS);
    assert!(may_call(&site, "a").await);
}

#[tokio::test]
async fn what_a_client_can_make_a_server_say_teaches_nothing() {
    let site = Site::new(only_reading());
    let list = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{READS}]}}}}"#);
    assert_eq!(
        site.filtered(&list).await,
        list,
        "it is filtered all the same"
    );
    assert!(!may_call(&site, "a").await);
    let nested =
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"result":{{"tools":[{READS}]}}}}}}"#);
    let request = legacy("tools/list", &json!({}));
    site.ask(request, json_body(&nested)).await;
    assert!(!may_call(&site, "a").await);
}
