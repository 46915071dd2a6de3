//! Notifications and subscriptions.

use serde_json::{Value, json};
use tollbar_acl::{AclLayer, Decision, Question};

use crate::support::{Site, allowing, json_body, modern};

fn told(method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string()
}

async fn passes(entries: &[&str], data: &str) -> bool {
    let heard = Site::new(allowing(entries)).heard(data).await;
    match heard.is_empty() {
        true => false,
        false => {
            assert_eq!(heard, format!("data: {data}\n\n"));
            true
        }
    }
}

#[tokio::test]
async fn notifications_pass_where_their_subject_may_be_used() {
    let uri = json!({"uri": "file:///a"});
    for (method, params, entry) in [
        ("notifications/resources/updated", uri, "resource:file:///a"),
        (
            "notifications/message",
            json!({"data": 1}),
            "feature:logging",
        ),
        ("notifications/tools/list_changed", json!({}), "tool:x"),
        ("notifications/prompts/list_changed", json!({}), "prompt:x"),
        (
            "notifications/resources/list_changed",
            json!({}),
            "template:a:{b}",
        ),
        (
            "notifications/tasks",
            json!({"taskId": "t"}),
            "feature:tasks",
        ),
        (
            "notifications/tasks/status",
            json!({"taskId": "t"}),
            "feature:tasks",
        ),
        (
            "notifications/elicitation/complete",
            json!({}),
            "feature:elicitation",
        ),
    ] {
        let data = told(method, &params);
        assert!(passes(&[entry], &data).await, "{method}");
        assert!(
            !passes(&["prompt:other"], &data).await || entry == "prompt:x",
            "{method}"
        );
        assert!(!passes(&[], &data).await, "{method}");
    }
    for method in [
        "notifications/progress",
        "notifications/cancelled",
        "vendor/said",
    ] {
        assert!(passes(&[], &told(method, &json!({}))).await, "{method}");
    }
}

#[tokio::test]
async fn an_update_of_something_unclear_is_withheld() {
    let entries = &["resource:file:///a", "resource:file:///a b"];
    for params in [
        json!({}),
        json!({"uri": 7}),
        json!({"Uri": "file:///a"}),
        json!({"uri": "file:///a", "URI": "file:///b"}),
        json!({"uri": "file:///a b"}),
        json!([]),
    ] {
        let data = told("notifications/resources/updated", &params);
        assert!(!passes(entries, &data).await, "{params}");
    }
    let missing_scope = &["resource:file:///a?read"];
    let data = told(
        "notifications/resources/updated",
        &json!({"uri": "file:///a"}),
    );
    assert!(!passes(missing_scope, &data).await);
}

#[tokio::test]
async fn forbidden_uris_are_cut_out_of_a_subscription() {
    for (entries, left) in [
        (&[][..], json!([])),
        (&["resource:a:2"][..], json!(["a:2"])),
        (&["resource:a:1", "resource:a:3"][..], json!(["a:1", "a:3"])),
        (
            &["resource:a:1", "resource:a:2", "resource:a:3?scope"][..],
            json!(["a:1", "a:2"]),
        ),
    ] {
        let site = Site::new(allowing(entries));
        let params = json!({"notifications": {"resourceSubscriptions": ["a:1", "a:2", "a:3"], "toolsListChanged": true}});
        let got = site.passed(modern("subscriptions/listen", &params)).await;
        let asked = &got["params"]["notifications"];
        assert_eq!(asked["resourceSubscriptions"], left);
        assert_eq!(asked["toolsListChanged"], true);
        let answer = json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
        let (_, exchange) = site
            .ask(modern("subscriptions/listen", &params), answer)
            .await;
        assert_eq!(exchange.verdicts()[0].reason(), "trimmed");
        assert!(exchange.verdicts()[0].allows());
    }
}

#[tokio::test]
async fn a_subscription_asks_for_so_much_and_no_more() {
    let site = Site::new(allowing(&["resource:a:1"]));
    // Many short ones are not too much.
    let uris = vec!["a:1"; 999];
    let long = format!("a:{}", "x".repeat(8000));
    let asked = |uris: Vec<&str>| json!({"notifications": {"resourceSubscriptions": uris}});
    let got = site
        .passed(modern("subscriptions/listen", &asked(uris)))
        .await;
    let left = &got["params"]["notifications"]["resourceSubscriptions"];
    assert_eq!(left.as_array().unwrap().len(), 999);

    let all = AclLayer::new(|_: &Question<'_>| Decision::allow());
    let site = Site::new(all);
    let params = asked(vec![&*long; 9]);
    let got = site.passed(modern("subscriptions/listen", &params)).await;
    let left = &got["params"]["notifications"]["resourceSubscriptions"];
    assert_eq!(left.as_array().unwrap().len(), 8);
    let answer = json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    let (_, exchange) = site
        .ask(modern("subscriptions/listen", &params), answer)
        .await;
    assert_eq!(exchange.verdicts()[0].reason(), "too_much_asked");
}

#[tokio::test]
async fn a_server_that_confirms_more_than_it_was_asked_for_is_trimmed() {
    let confirmed = json!({"notifications": {"resourceSubscriptions": ["a:1", "a:2"]}});
    let data = told("notifications/subscriptions/acknowledged", &confirmed);
    let heard = Site::new(allowing(&["resource:a:2"])).heard(&data).await;
    assert!(heard.contains(r#"["a:2"]"#), "{heard}");
}

#[tokio::test]
async fn a_task_that_wants_to_know_too_much_says_nothing() {
    let asks = json!({"q": {"method": "roots/list"}});
    for params in [
        json!({"taskId": "t", "inputRequests": asks}),
        json!({"taskId": "t", "result": {"inputRequests": asks}}),
    ] {
        let data = told("notifications/tasks", &params);
        assert!(!passes(&["feature:tasks"], &data).await);
        assert!(passes(&["feature:tasks", "feature:roots"], &data).await);
    }
}
