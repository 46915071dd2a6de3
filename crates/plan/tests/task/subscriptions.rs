//! Subscriptions to tasks (2026-07-28), and who hears of a task that nobody has subscribed to.

use serde_json::{Value, json};
use tollbar_core::Body;
use tollbar_mcp::Version;

use crate::support::{
    Answer, Outcome, Sender, ann, bob, legacy, modern, sealed, send, stream, tasks,
};

fn listen(ids: &[&str]) -> http::Request<Body> {
    let ids = serde_json::to_string(ids).unwrap();
    let params = format!(r#""notifications":{{"toolsListChanged":true,"taskIds":{ids}}}"#);
    modern("subscriptions/listen", None, &params)
}

fn asked(outcome: &Outcome) -> Value {
    let seen: Value = serde_json::from_str(outcome.seen_body()).unwrap();
    assert_eq!(seen["params"]["notifications"]["toolsListChanged"], true);
    seen["params"]["notifications"]["taskIds"].clone()
}

#[tokio::test]
async fn tasks_of_others_are_cut_out() {
    let layer = tasks("mock");
    let [one, two] = [
        &sealed(&layer, ann(), "task-1").await,
        &sealed(&layer, ann(), "task-2").await,
    ];
    let foreign = &sealed(&layer, bob(), "task-3").await;
    let (one, two, foreign) = (one.as_str(), two.as_str(), foreign.as_str());
    for (ids, expected) in [
        (vec![], json!([])),
        (vec![one], json!(["task-1"])),
        (vec![foreign], json!([])),
        (vec![foreign, "task-1", foreign], json!([])),
        (vec![one, foreign], json!(["task-1"])),
        (vec![foreign, one], json!(["task-1"])),
        (
            vec![foreign, one, "task-3", two, foreign],
            json!(["task-1", "task-2"]),
        ),
        (vec![two, one, two], json!(["task-2", "task-1", "task-2"])),
    ] {
        let outcome = send(&layer, ann(), listen(&ids), Answer::events(&[])).await;
        assert_eq!((outcome.status, outcome.reason), (200, None));
        assert_eq!(asked(&outcome), expected, "{ids:?}");
    }
}

#[tokio::test]
async fn only_tasks_that_were_asked_for_are_told_of() {
    let layer = tasks("mock");
    let one = sealed(&layer, ann(), "task-1").await;
    let two = sealed(&layer, ann(), "task-2").await;
    let acknowledged = |ids: Value| json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged", "params": { "notifications": { "toolsListChanged": true, "taskIds": ids } } });
    let status = |id: &str| json!({ "jsonrpc": "2.0", "method": "notifications/tasks", "params": { "taskId": id, "status": "working" } });
    let changed = json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" });
    let told = [
        acknowledged(json!(["task-1", "task-3", "task-2"])),
        status("task-1"),
        status("task-3"),
        changed.clone(),
        json!({ "jsonrpc": "2.0", "method": "notifications/tasks", "params": {} }),
        status("task-2"),
    ];
    let told: Vec<_> = told.iter().map(Value::to_string).collect();
    let told: Vec<_> = told.iter().map(String::as_str).collect();
    let outcome = send(&layer, ann(), listen(&[&one, &two]), Answer::events(&told)).await;
    let expected = [
        acknowledged(json!([one, two])),
        status(&one),
        changed,
        status(&two),
    ];
    assert_eq!(outcome.events(), expected);
}

#[tokio::test]
async fn a_stream_of_nobodys_session_tells_of_no_task() {
    let status = r#"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"task-1","status":"working"}}"#;
    let other = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    let layer = tasks("mock");
    let told = |sender: Sender, request| {
        let layer = layer.clone();
        async move {
            send(&layer, sender, request, Answer::events(&[status, other]))
                .await
                .events()
        }
    };
    assert_eq!(told(ann().into(), stream()).await.len(), 1);
    let session = Sender::within(ann(), Version::V2025_11_25);
    assert_eq!(told(session, stream()).await.len(), 2);
    // What answers a request is for who has asked.
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","task":{}}}"#;
    let told = told(ann().into(), legacy(call)).await;
    let task = sealed(&layer, ann(), "task-1").await;
    assert_eq!(
        (told.len(), &told[0]["params"]["taskId"]),
        (2, &json!(task))
    );
}
