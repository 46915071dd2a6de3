//! Arrays of messages (2025-03-26): there are no tasks in that revision, and no way around this either.

use http::Request;
use serde_json::json;
use tollbar_core::Body;

use crate::support::{Answer, ann, bob, sealed, send, tasks};

fn array(body: String) -> Request<Body> {
    let request = Request::post("/mcp").header("content-type", "application/json");
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn one_strangers_task_and_nothing_runs() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let body = format!(
        r#"[{{"jsonrpc":"2.0","id":1,"method":"tools/list"}},{{"jsonrpc":"2.0","method":"notifications/initialized"}},{{"jsonrpc":"2.0","id":2,"method":"tasks/get","params":{{"taskId":"{task}"}}}},{{"jsonrpc":"2.0","id":3,"method":"tasks/list"}}]"#
    );
    let outcome = send(&layer, bob(), array(body), Answer::json("[]")).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (200, Some("task_unknown"))
    );
    assert!(outcome.seen.is_none());
    let told = outcome.json();
    let told: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|told| (&told["id"], &told["error"]["code"]))
        .collect();
    let expected =
        [(1, -32600), (2, -32602), (3, -32601)].map(|(id, code)| (json!(id), json!(code)));
    assert!(
        told.iter()
            .map(|(id, code)| (*id, *code))
            .eq(expected.iter().map(|(id, code)| (id, code)))
    );
}

#[tokio::test]
async fn tasks_of_ones_own_are_opened_and_sealed() {
    let layer = tasks("mock");
    let [one, two] = [
        sealed(&layer, ann(), "task-1").await,
        sealed(&layer, ann(), "task-2").await,
    ];
    let get = |id: u8, task: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tasks/get","params":{{"taskId":"{task}"}}}}"#
        )
    };
    let task = |id: u8, task: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":{{"taskId":"{task}","status":"working"}}}}"#
        )
    };
    let request = array(format!("[{}, {}]", get(1, &one), get(2, &two)));
    let answer = format!("[{},{}]", task(1, "task-1"), task(2, "task-2"));
    let outcome = send(&layer, ann(), request, Answer::json(answer)).await;
    let expected = format!("[{}, {}]", get(1, "task-1"), get(2, "task-2"));
    assert_eq!(outcome.seen_body(), expected);
    assert_eq!(
        outcome.body,
        format!("[{},{}]", task(1, &one), task(2, &two))
    );
}
