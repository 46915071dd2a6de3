//! The task that a message belongs to (`related-task` in `_meta`), in both directions.

use serde_json::Value;
use tollbar_mcp::Version;

use crate::support::{Answer, Sender, ann, bob, legacy, sealed, send, stream, tasks};

const EMPTY: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

fn related(task: &str) -> String {
    format!(r#""_meta":{{"io.modelcontextprotocol/related-task":{{"taskId":{task}}}}}"#)
}

#[tokio::test]
async fn a_client_names_it_and_the_server_gets_its_own_id() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let meta = related(&format!("\"{task}\""));
    for message in [
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"t",{meta}}}}}"#
        ),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"acme/other","params":{{{meta}}}}}"#),
        format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":1,"progress":1,{meta}}}}}"#
        ),
        // The answer to an elicitation.
        format!(
            r#"{{"jsonrpc":"2.0","id":"s1","result":{{"action":"accept","content":{{}},{meta}}}}}"#
        ),
    ] {
        let outcome = send(&layer, ann(), legacy(message.clone()), Answer::json("")).await;
        assert_eq!(outcome.seen_body(), message.replace(&task, "task-1"));
        // It is nobody else's.
        let outcome = send(&layer, bob(), legacy(message.clone()), Answer::json("")).await;
        assert_eq!(outcome.reason, Some("task_unknown"), "{message}");
        assert!(outcome.seen.is_none(), "{message}");
        let is_request = message.contains("tools/call") || message.contains("acme");
        let (status, code) = if is_request {
            (200, -32602)
        } else {
            (403, -32600)
        };
        assert_eq!(outcome.status, status, "{message}");
        assert_eq!(outcome.json()["error"]["code"], code, "{message}");
    }
}

#[tokio::test]
async fn a_request_names_no_other_kind_of_task() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let two = format!(
        r#""_meta":{{"io.modelcontextprotocol/related-task":{{"taskId":"{task}","TaskId":"task-2"}}}}"#
    );
    let none = r#""_meta":{"io.modelcontextprotocol/related-task":{}}"#;
    let text = r#""_meta":{"io.modelcontextprotocol/related-task":"task-1"}"#;
    for meta in [
        related("\"task-1\""),
        related("7"),
        two,
        none.to_owned(),
        text.to_owned(),
    ] {
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"t",{meta}}}}}"#
        );
        send(&layer, ann(), legacy(call), Answer::json(EMPTY))
            .await
            .assert_unknown(&meta);
    }
}

#[tokio::test]
async fn the_server_names_it_and_the_client_gets_what_it_knows() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let session = || Sender::within(ann(), Version::V2025_11_25);
    let meta = related("\"task-1\"");
    let messages = [
        format!(r#"{{"jsonrpc":"2.0","id":"s1","method":"elicitation/create","params":{{"message":"sure?",{meta}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":"s2","method":"tasks/get","params":{{"taskId":"own",{meta}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progress":1,{meta}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","method":"notifications/message","params":{{"data":{{"taskId":"task-1"}},{meta}}}}}"#),
        r#"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"task-1","status":"working"}}"#.to_owned(),
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"taskId":"task-1"}}],{meta}}}}}"#),
        // Of a list that somebody has asked for before the gateway refused it.
        r#"{"jsonrpc":"2.0","id":1,"result":{"tasks":[{"taskId":"task-1"},{"taskId":"task-1"}]}}"#.to_owned(),
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"resultType":"complete","taskId":"task-1","status":"completed","result":{{"content":[],{meta}}}}}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"taskId":"task-1","inputRequests":{{"a":{{"method":"elicitation/create","params":{{{meta}}}}}}}}}}}"#),
    ];
    // What a tool says is not looked into.
    let untouched = [
        r#""data":{"taskId":"task-1"}"#,
        r#""content":[{"taskId":"task-1"}]"#,
    ];
    let expected = |message: &str| {
        let mut told = message.replace("\"task-1\"", &format!("\"{task}\""));
        for part in untouched {
            let changed = part.replace("\"task-1\"", &format!("\"{task}\""));
            told = told.replace(&changed, part);
        }
        told
    };
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","task":{}}}"#;
    for message in &messages {
        for request in [stream(), legacy(call)] {
            let outcome = send(&layer, session(), request, Answer::events(&[message])).await;
            assert_eq!(outcome.body, format!("data: {}\n\n", expected(message)));
        }
    }
    let all: Vec<_> = messages.iter().map(String::as_str).collect();
    let outcome = send(&layer, session(), stream(), Answer::events(&all)).await;
    let told: Vec<_> = all.iter().map(|message| expected(message)).collect();
    let told: Vec<Value> = told
        .iter()
        .map(|told| serde_json::from_str(told).unwrap())
        .collect();
    assert_eq!(outcome.events(), told);
}
