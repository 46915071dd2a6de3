//! Sessions and tasks that are not the client's.

use std::sync::Arc;

use serde_json::json;

use super::{
    book::{Book, Case},
    request::{CALL, INITIALIZE, Request},
    scene::{PATIENT, Scene},
};

pub(super) async fn provoke(book: Arc<Book>) {
    let scene = Scene::start(&book, PATIENT.to_owned(), &[], &["mcp"]).await;
    let malformed = |reason| Case::new(reason, "malformed");
    let call = || Request::post("/mcp", CALL);

    let unknown = call().with("mcp-session-id", "somebody-elses");
    let case = Case::new("session_unknown", "not_found");
    scene.refuses(case, unknown).await;
    let resumed = Request::get("/mcp").with("last-event-id", "1");
    let case = malformed("resumption_without_session");
    scene.refuses(case, resumed).await;

    let begun = Request::post("/mcp", INITIALIZE)
        .send(scene.address())
        .await;
    let session = begun.header("mcp-session-id").expect("it is in a session");
    let in_session = |request: Request| request.with("mcp-session-id", session);
    let other = in_session(call()).with("mcp-protocol-version", "2025-06-18");
    scene.refuses(malformed("session_version"), other).await;
    let array = in_session(Request::post("/mcp", format!("[{CALL}]")));
    let each = [malformed("session_version")];
    scene.refuses_each(&each, array).await;

    let legacy = |method: &str| {
        let params = json!({"taskId": "somebody-elses"});
        let message =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        Request::post("/mcp", message).with("mcp-protocol-version", "2025-11-25")
    };
    let modern = |method: &str| {
        let params = json!({"taskId": "somebody-elses"});
        Request::modern("/mcp", method, params)
    };
    let task = |kind| Case::new("task_unknown", kind);
    let asked = legacy("tasks/get");
    scene.refuses(task("concealed"), asked).await;
    let note = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t1.somebody-elses"}}}}"#;
    let note = Request::post("/mcp", note).with("mcp-protocol-version", "2025-11-25");
    let case = task("forbidden").told(403, -32600);
    scene.refuses(case, note).await;
    let undeclared = modern("tasks/get");
    scene
        .refuses(task("malformed").told(400, -32021), undeclared)
        .await;
    let listed = Case::new("task_method_refused", "not_found");
    let request = legacy("tasks/list");
    scene.refuses(listed.clone(), request).await;
    let request = modern("tasks/list");
    scene.refuses(listed.told(404, -32601), request).await;
}
