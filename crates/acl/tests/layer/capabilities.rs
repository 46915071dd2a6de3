//! What servers say they can do.

use serde_json::{Value, json};

use crate::support::{Site, allowing, json_body, legacy, modern, text};

fn all() -> Value {
    json!({
        "tools": {"listChanged": true}, "resources": {}, "prompts": {}, "completions": {},
        "logging": {}, "tasks": {}, "experimental": {"x": {}},
        "extensions": {"io.modelcontextprotocol/tasks": {}, "com.example/x": {}},
    })
}

fn initialized() -> String {
    let result = json!({"protocolVersion": "2025-11-25", "capabilities": all(), "serverInfo": {"name": "s", "version": "1"}});
    json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string()
}

fn discovered() -> String {
    let result = json!({"supportedVersions": ["2026-07-28", "2099-01-01"], "capabilities": all(), "cacheScope": "public", "ttlMs": 1});
    json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string()
}

async fn left(entries: &[&str]) -> [Value; 2] {
    let site = Site::new(allowing(entries));
    let initialize = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}});
    let (response, _) = site
        .ask(legacy("initialize", &initialize), json_body(&initialized()))
        .await;
    let first: Value = serde_json::from_str(&text(response).await).unwrap();
    let (response, _) = site
        .ask(
            modern("server/discover", &json!({})),
            json_body(&discovered()),
        )
        .await;
    let second: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(second["result"]["supportedVersions"], json!(["2026-07-28"]));
    assert_eq!(second["result"]["cacheScope"], "private");
    [first, second].map(|answer| answer["result"]["capabilities"].clone())
}

#[tokio::test]
async fn capabilities_are_trimmed_to_what_can_be_used() {
    let none = json!({"experimental": {"x": {}}, "extensions": {"com.example/x": {}}});
    assert_eq!(left(&[]).await, [none.clone(), none.clone()]);
    let everything = [
        "tool:a",
        "resource:a:b",
        "prompt:p",
        "feature:logging",
        "feature:tasks",
    ];
    assert_eq!(left(&everything).await, [all(), all()]);
    for (entry, shown) in [
        ("tool:a", vec!["tools"]),
        ("resource:a:b", vec!["resources", "completions"]),
        ("template:a:{b}", vec!["resources", "completions"]),
        ("prompt:p", vec!["prompts", "completions"]),
        ("feature:logging", vec!["logging"]),
        ("feature:logging?scope", vec!["logging"]),
    ] {
        let mut expected = none.clone();
        for name in shown {
            expected[name] = all()[name].clone();
        }
        assert_eq!(left(&[entry]).await, [expected.clone(), expected]);
    }
}

#[tokio::test]
async fn they_are_known_by_their_shape_and_nothing_else_is_trimmed() {
    let site = Site::new(allowing(&[]));
    // On a stream that is taken up again, nobody knows what was asked.
    let heard = site.heard(&initialized()).await;
    assert!(
        !heard.contains("tools") && heard.contains("experimental"),
        "{heard}"
    );
    let other = r#"{"jsonrpc":"2.0","id":1,"result":{"capabilities":{"tools":{}}}}"#;
    assert_eq!(site.filtered(other).await, other);
}
