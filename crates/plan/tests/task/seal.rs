//! One sealed id, as a header and a JSON string take it.

use serde_json::Value;

use crate::support::{Answer, ann, modern, sealed, send, tasks};

const EMPTY: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

#[tokio::test]
async fn whatever_the_servers_id_is_header_and_body_get_it_in_one_step() {
    let layer = tasks("mock");
    for (id, header) in [
        (
            "786512e2-9e0d-44bd-8f29-789f320fe840",
            "786512e2-9e0d-44bd-8f29-789f320fe840",
        ),
        ("", ""),
        (" padded ", "=?base64?IHBhZGRlZCA=?="),
        (
            "Aufgabe für 世界",
            "=?base64?QXVmZ2FiZSBmw7xyIOS4lueVjA==?=",
        ),
        (
            "quote\" back\\ line\n",
            "=?base64?cXVvdGUiIGJhY2tcIGxpbmUK?=",
        ),
        ("=?base64?eA==?=", "=?base64?PT9iYXNlNjQ/ZUE9PT89?="),
        ("t1.dA.dA", "t1.dA.dA"),
    ] {
        let task = sealed(&layer, ann(), id).await;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(task.bytes().all(is_plain), "{task}");
        assert_eq!(task, sealed(&layer, ann(), id).await, "one form only");

        let params = format!(r#""taskId":"{task}""#);
        let request = modern("tasks/get", Some(&task), &params);
        let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
        let (headers, body) = outcome.seen.unwrap();
        assert_eq!(headers["mcp-name"], header, "{id}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["params"]["taskId"], id);
    }
}

#[tokio::test]
async fn nothing_else_in_the_request_changes() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let params = format!(
        r#" "inputResponses" : {{"a":{{"action":"accept","content":{{"n":1.50}}}}}}, "taskId" :  "{task}" , "taskIds":"{task}" "#
    );
    let request = modern("tasks/update", Some(&task), &params);
    let sent = http_body_util::BodyExt::collect(modern("tasks/update", None, &params).into_body());
    let sent = String::from_utf8(sent.await.unwrap().to_bytes().to_vec()).unwrap();
    let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
    let expected = sent.replacen(&task, "task-1", 1);
    assert_eq!(outcome.seen_body(), expected);
}

#[tokio::test]
async fn escapes_in_the_clients_body_are_read() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let escaped = task.replacen('t', "\\u0074", 1);
    let params = format!(r#""task\u0049d":"{escaped}""#);
    let request = modern("tasks/get", Some(&task), &params);
    let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
    let (headers, body) = outcome.seen.unwrap();
    assert_eq!(headers["mcp-name"], "task-1");
    assert!(body.contains(r#""task\u0049d":"task-1""#), "{body}");
}

#[tokio::test]
async fn a_header_that_says_otherwise_never_gets_so_far() {
    let layer = tasks("mock");
    let mine = sealed(&layer, ann(), "task-1").await;
    let other = sealed(&layer, ann(), "task-2").await;
    for name in [Some(other.as_str()), Some("task-1"), None] {
        let request = modern("tasks/get", name, &format!(r#""taskId":"{mine}""#));
        let outcome = send(&layer, ann(), request, Answer::json(EMPTY)).await;
        let expected = (400, Some("header_mismatch"));
        assert_eq!((outcome.status, outcome.reason), expected);
        assert!(outcome.seen.is_none());
    }
}
