//! Where no task can stand, answers are not read at all.

use http::Request;
use tollbar_core::Body;
use tollbar_mcp::Version;

use crate::support::{
    Answer, Sender, ann, legacy, modern, modern_knowing, sealed, send, stream, tasks,
};

/// No filter lets this pass, since it cannot be read.
const UNREADABLE: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}"#;

async fn is_read(sender: impl Into<Sender>, request: Request<Body>) -> bool {
    let outcome = send(&tasks("mock"), sender, request, Answer::json(UNREADABLE)).await;
    match outcome.reason {
        None => {
            assert_eq!((outcome.status, outcome.body.as_str()), (200, UNREADABLE));
            false
        }
        Some("answer_not_inspectable") => true,
        reason => panic!("{reason:?}"),
    }
}

fn old(body: &'static str) -> Request<Body> {
    let request = Request::post("/mcp").header("content-type", "application/json");
    request.body(Body::from(body)).unwrap()
}

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"task":{}}}}"#;
const TASK: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","task":{}}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

#[tokio::test]
async fn answers_are_read_where_tasks_can_come_only() {
    let knowing =
        |capabilities| modern_knowing(capabilities, "tools/call", Some("t"), r#""name":"t""#);
    assert!(!is_read(ann(), knowing("")).await);
    assert!(
        !is_read(
            ann(),
            knowing(r#""extensions":{"acme/other":{}},"tasks":{}"#)
        )
        .await
    );
    assert!(
        is_read(
            ann(),
            knowing(r#""extensions":{"io.modelcontextprotocol/tasks":{}}"#)
        )
        .await
    );
    assert!(!is_read(ann(), modern("tools/list", None, "")).await);
    let nothing = modern(
        "subscriptions/listen",
        None,
        r#""notifications":{"toolsListChanged":true}"#,
    );
    assert!(!is_read(ann(), nothing).await);
    let listening = modern(
        "subscriptions/listen",
        None,
        r#""notifications":{"taskIds":[]}"#,
    );
    assert!(is_read(ann(), listening).await);

    assert!(!is_read(ann(), old(CALL)).await);
    assert!(!is_read(ann(), old(LIST)).await);
    assert!(is_read(ann(), old(TASK)).await);
    for version in [
        Version::V2025_03_26,
        Version::V2025_06_18,
        Version::V2025_11_25,
    ] {
        let session = || Sender::within(ann(), version);
        let has_tasks = version == Version::V2025_11_25;
        assert!(!is_read(session(), old(LIST)).await, "{version}");
        assert!(!is_read(session(), old(CALL)).await, "{version}");
        assert!(is_read(session(), old(TASK)).await, "{version}");
        // The session knows better than the header.
        assert_eq!(is_read(session(), stream()).await, has_tasks, "{version}");
        let end = || Request::delete("/mcp").body(Body::empty()).unwrap();
        assert!(!is_read(session(), end()).await);
        let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert!(!is_read(session(), old(notification)).await);
    }
    assert!(!is_read(ann(), legacy(LIST)).await);
    assert!(is_read(ann(), stream()).await);

    let task = sealed(&tasks("mock"), ann(), "task-1").await;
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let request = modern_knowing("", method, Some(&task), &format!(r#""taskId":"{task}""#));
        assert!(is_read(ann(), request).await, "{method}");
    }
}

#[tokio::test]
async fn what_is_read_and_holds_no_task_passes_byte_for_byte() {
    let session = Sender::within(ann(), Version::V2025_11_25);
    let answer = "{ \"jsonrpc\" : \"2.0\",\"id\":1, \"result\":{\"tools\":[ ],\"taskId\":7,\"n\":1.50,\"_meta\":{\"a\":[]}} }";
    let outcome = send(
        &tasks("mock"),
        session.clone(),
        legacy(TASK),
        Answer::json(answer),
    )
    .await;
    assert_eq!(outcome.body, answer);
    assert_eq!(outcome.seen_body(), TASK);
    let events = ":\r\nid: 7\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\r\ndata: \"method\":\"notifications/x\"}\r\n\r\n";
    let mut answer = Answer::json(events);
    answer.content_type = "text/event-stream";
    let outcome = send(&tasks("mock"), session, stream(), answer).await;
    assert_eq!(outcome.body, events);
}
