//! Links to resources in results.

use serde_json::{Value, json};

use crate::support::{Site, allowing};

fn site(scrub: bool) -> Site {
    let layer = allowing(&["resource:a:1", "feature:tasks"]);
    Site::new(if scrub { layer.scrub_links() } else { layer })
}

fn answer(result: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string()
}

fn link(uri: &str) -> Value {
    json!({"type": "resource_link", "uri": uri, "name": "n"})
}

fn embedded(uri: &str) -> Value {
    json!({"type": "resource", "resource": {"uri": uri, "text": "t"}})
}

fn said(content: &Value) -> Value {
    json!({"role": "user", "content": content})
}

fn cases() -> Vec<(Value, Value)> {
    let text = json!({"type": "text", "text": "a:2"});
    let (open, hidden) = (link("a:1"), link("a:2"));
    vec![
        (
            json!({"content": [hidden, text, open, embedded("a:1"), embedded("a:2")]}),
            json!({"content": [text, open, embedded("a:1")]}),
        ),
        (
            json!({"content": [{"type": "resource_link"}, {"type": "resource"}, {"Type": "resource_link", "uri": "a:2"}]}),
            json!({"content": []}),
        ),
        (
            json!({"messages": [said(&text), said(&embedded("a:2")), said(&json!([hidden, open]))]}),
            json!({"messages": [said(&text), said(&json!([open]))]}),
        ),
        (
            json!({"contents": [{"uri": "a:1", "text": "1"}, {"uri": "a:2", "text": "2"}, {"text": "3"}]}),
            json!({"contents": [{"uri": "a:1", "text": "1"}]}),
        ),
        (
            json!({"taskId": "t", "status": "completed", "result": {"content": [hidden, open]}}),
            json!({"taskId": "t", "status": "completed", "result": {"content": [open]}}),
        ),
    ]
}

#[tokio::test]
async fn links_are_scrubbed_when_asked_for_and_only_then() {
    for (result, left) in cases() {
        assert_eq!(
            site(false).filtered(&answer(&result)).await,
            answer(&result)
        );
        assert_eq!(site(true).filtered(&answer(&result)).await, answer(&left));
    }
}

#[tokio::test]
async fn so_are_those_in_the_result_of_a_task() {
    let note = |content: Value| {
        let params = json!({"taskId": "t", "result": {"content": content}});
        json!({"jsonrpc": "2.0", "method": "notifications/tasks", "params": params}).to_string()
    };
    let heard = site(true)
        .heard(&note(json!([link("a:2"), link("a:1")])))
        .await;
    assert_eq!(heard, format!("data: {}\n\n", note(json!([link("a:1")]))));
}
