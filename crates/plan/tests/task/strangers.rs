//! Other consumers, other proxies, other secrets; and lists, which would show everybody's tasks.

use serde_json::json;
use tollbar_core::Consumer;
use tollbar_plan::{SessionLayer, SessionSecret, TaskLayer};

use crate::support::{Answer, SECRET, ann, legacy, modern, modern_knowing, sealed, send, tasks};

const EMPTY: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

fn get(task: &str) -> http::Request<tollbar_core::Body> {
    legacy(format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{{"taskId":"{task}"}}}}"#
    ))
}

#[tokio::test]
async fn nobody_else_opens_it() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    for other in [
        Consumer::new("key").with_key_id("k_2").with_subject("ann"),
        Consumer::new("other").with_key_id("k_1"),
        Consumer::new("key").with_subject("k_1"),
        Consumer::new("keyless"),
    ] {
        let why = format!("{other:?}");
        send(&layer, other, get(&task), Answer::json(EMPTY))
            .await
            .assert_unknown(&why);
    }
    let foreign = TaskLayer::new(SessionSecret::generate().unwrap()).proxy("mock");
    for layer in [tasks("other"), tasks(""), foreign] {
        let outcome = send(&layer, ann(), get(&task), Answer::json(EMPTY)).await;
        outcome.assert_unknown("another proxy or secret");
    }
    // Another gateway with the same secret takes it, and so does the key under another name.
    let renamed = ann().with_subject("eve");
    let outcome = send(&tasks("mock"), renamed, get(&task), Answer::json(EMPTY)).await;
    assert_eq!((outcome.status, outcome.reason), (200, None));
    // The layer that goes with the sessions is the same one.
    let sessions = SessionLayer::new(SessionSecret::new(SECRET).unwrap()).proxy("mock");
    let outcome = send(&sessions.tasks(), ann(), get(&task), Answer::json(EMPTY)).await;
    assert_eq!((outcome.status, outcome.reason), (200, None));
}

#[tokio::test]
async fn nobody_gets_the_list() {
    let layer = tasks("mock");
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tasks/list"}"#;
    let outcome = send(&layer, ann(), legacy(list), Answer::json(EMPTY)).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (200, Some("task_method_refused"))
    );
    assert_eq!(
        outcome.body,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#
    );
    assert!(outcome.seen.is_none());

    let outcome = send(
        &layer,
        ann(),
        modern("tasks/list", None, ""),
        Answer::json(EMPTY),
    )
    .await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (404, Some("task_method_refused"))
    );
    assert_eq!(outcome.json()["error"]["code"], -32601);
    assert!(outcome.seen.is_none());
}

#[tokio::test]
async fn what_2026_07_28_says_to_others_it_says_here() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    for id in ["task-1", task.as_str()] {
        let params = format!(r#""taskId":"{id}""#);
        let request = modern("tasks/result", None, &params);
        let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
        let told = (outcome.status, &outcome.json()["error"]["code"]);
        assert_eq!(told, (404, &json!(-32601)), "{id}");
        assert!(outcome.seen.is_none());
    }
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let request = modern_knowing("", method, Some("task-1"), r#""taskId":"task-1""#);
        let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
        assert_eq!(
            (outcome.status, outcome.reason),
            (400, Some("task_unknown"))
        );
        let error = json!({
            "code": -32021,
            "message": "Missing required client capability",
            "data": { "requiredCapabilities": { "extensions": { "io.modelcontextprotocol/tasks": {} } } },
        });
        assert_eq!(outcome.json()["error"], error);
        assert!(outcome.seen.is_none());
        // What the server says to somebody who has the task is up to the server.
        let params = format!(r#""taskId":"{task}""#);
        let request = modern_knowing("", method, Some(&task), &params);
        let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
        assert!(outcome.seen_body().contains(r#""taskId":"task-1""#));
    }
}

#[tokio::test]
async fn the_list_is_not_offered() {
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
    let offer = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{"tasks":{"list":{},"cancel":{}, "requests":{"tools":{"call":{}}}},"tools":{}}}}"#;
    let expected = offer.replace(r#""list":{},"#, "");
    for answer in [Answer::json(offer), Answer::events(&[offer])] {
        let outcome = send(&tasks("mock"), ann(), legacy(initialize), answer).await;
        let told = outcome.body.trim().trim_start_matches("data: ");
        assert_eq!(told, expected);
    }
}
