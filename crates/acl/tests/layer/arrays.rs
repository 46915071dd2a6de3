//! Arrays of messages (2025-03-26).

use serde_json::{Value, json};

use crate::support::{Site, allowing, json_body, post, text};

fn call(id: u64, tool: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool}})
}

#[tokio::test]
async fn where_one_message_is_denied_none_runs_and_each_request_gets_its_own_error() {
    let site = Site::new(allowing(&["tool:add", "tool:pay?pay"]));
    let progress = json!({"jsonrpc": "2.0", "method": "notifications/progress"});
    let array = json!([call(1, "add"), progress, call(2, "wipe"), call(3, "pay")]);
    let (status, body, head) = site.refused(post(array.to_string())).await;
    assert_eq!(status, 200);
    assert!(!head.headers().contains_key("www-authenticate"));
    let told: Vec<_> = body
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["id"].as_u64().unwrap(),
                error["error"]["code"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(1, -32600), (2, -32602), (3, 403)]);
    let innocent = "not run: another message of the array is denied";
    assert_eq!(body[0]["error"]["message"], innocent);
    assert_eq!(body[1]["error"]["message"], "Unknown tool: wipe");
}

#[tokio::test]
async fn the_status_is_that_of_what_was_denied() {
    let site = Site::new(allowing(&["tool:add", "tool:pay?pay"]));
    let array = json!([call(1, "add"), call(3, "pay")]);
    let (status, _, head) = site.refused(post(array.to_string())).await;
    assert_eq!(status, 403);
    assert!(head.headers().contains_key("www-authenticate"));
    let other = json!({"jsonrpc": "2.0", "method": "notifications/other"});
    let (status, body, _) = site
        .refused(post(json!([call(1, "add"), other]).to_string()))
        .await;
    assert_eq!((status, &body[0]["error"]["code"]), (403, &json!(-32600)));
    let (status, body, _) = site.refused(post(json!([other]).to_string())).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!(-32600)));
}

#[tokio::test]
async fn each_message_has_its_verdict_and_each_answer_is_filtered() {
    let site = Site::new(allowing(&["tool:add"]));
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    let array = json!([call(1, "add"), list]).to_string();
    let answer = r#"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"wipe"},{"name":"add"}]}}]"#;
    let (response, exchange) = site.ask(post(array), json_body(answer)).await;
    assert_eq!(
        text(response).await,
        r#"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"add"}]}}]"#
    );
    let reasons: Vec<_> = exchange
        .verdicts()
        .iter()
        .map(|verdict| verdict.reason())
        .collect();
    assert_eq!(reasons, ["allowed", "open"]);
    assert_eq!(exchange.hidden(), 1);
}

#[tokio::test]
async fn edits_stand_at_the_right_places_of_an_array() {
    let site = Site::new(allowing(&["tool:add"]));
    let mut with_level = call(2, "add");
    with_level["params"]["_meta"] = json!({
        "io.modelcontextprotocol/logLevel": "debug", "progressToken": 7
    });
    let array = json!([call(1, "add"), with_level]);
    let got = site.passed(post(array.to_string())).await;
    assert_eq!(got[0], call(1, "add"));
    assert_eq!(got[1]["params"]["_meta"], json!({"progressToken": 7}));
}
