//! Tasks that the client has made for the server (2025-11-25) keep the client's ids in both directions.

use tollbar_mcp::Version;

use crate::support::{Answer, Sender, ann, legacy, send, stream, tasks};

#[tokio::test]
async fn what_the_server_asks_about_them_passes_as_it_is() {
    let session = Sender::within(ann(), Version::V2025_11_25);
    for message in [
        r#"{"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage","params":{"messages":[],"task":{"ttl":1}}}"#,
        r#"{"jsonrpc":"2.0","id":"s2","method":"tasks/get","params":{"taskId":"own-1"}}"#,
        r#"{"jsonrpc":"2.0","id":"s3","method":"tasks/result","params":{"taskId":"own-1"}}"#,
        r#"{"jsonrpc":"2.0","id":"s4","method":"tasks/cancel","params":{"taskId":"own-1","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"own-1"}}}}"#,
        r#"{"jsonrpc":"2.0","id":"s5","method":"tasks/list","params":{}}"#,
    ] {
        let answer = Answer::events(&[message]);
        let outcome = send(&tasks("mock"), session.clone(), stream(), answer).await;
        assert_eq!(outcome.body, format!("data: {message}\n\n"));
    }
}

#[tokio::test]
async fn what_the_client_tells_of_them_passes_as_it_is() {
    let session = Sender::within(ann(), Version::V2025_11_25);
    for message in [
        r#"{"jsonrpc":"2.0","id":"s1","result":{"task":{"taskId":"own-1","status":"working"}}}"#,
        r#"{"jsonrpc":"2.0","id":"s2","result":{"taskId":"own-1","status":"working"}}"#,
        r#"{"jsonrpc":"2.0","id":"s3","result":{"role":"assistant","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"own-1"}}}}"#,
        r#"{"jsonrpc":"2.0","id":"s4","error":{"code":-32602,"message":"no such task"}}"#,
        r#"{"jsonrpc":"2.0","id":"s5","result":{"tasks":[{"taskId":"own-1"}]}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"own-1","status":"completed"}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1,"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"own-1"}}}}"#,
    ] {
        let outcome = send(
            &tasks("mock"),
            session.clone(),
            legacy(message),
            Answer::json(""),
        )
        .await;
        assert_eq!(outcome.seen_body(), message);
    }
}
