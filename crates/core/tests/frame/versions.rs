//! Revisions that cannot be read are not offered.

use crate::support::{ask, json, post, text};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;

#[tokio::test]
async fn an_unknown_negotiated_version_is_refused() {
    let known = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}"#;
    let (response, _) = ask(post(INITIALIZE), |_| {}, || json(known)).await;
    assert_eq!(text(response).await, known);

    let unknown = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2031-01-01"}}"#;
    let (response, _) = ask(post(INITIALIZE), |_| {}, || json(unknown)).await;
    assert_eq!(response.status(), 200);
    let error: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(error["id"], 1);
    assert_eq!(error["error"]["code"], -32602);
    let supported = error["error"]["data"]["supported"].as_array().unwrap();
    assert!(supported.contains(&"2026-07-28".into()));
}

#[tokio::test]
async fn a_look_alike_is_refused() {
    let alike = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","ProtocolVersion":"2031-01-01"}}"#;
    let (response, _) = ask(post(INITIALIZE), |_| {}, || json(alike)).await;
    assert_eq!(response.status(), 502);
}

#[tokio::test]
async fn unknown_versions_are_taken_out_of_a_discovery() {
    let mut request = post(
        r#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    request
        .headers_mut()
        .insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    request
        .headers_mut()
        .insert("mcp-method", "server/discover".parse().unwrap());
    let discovery = r#"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2031-01-01","2026-07-28",7,"2025-11-25"],"ttlMs":0}}"#;
    let (response, _) = ask(request, |_| {}, || json(discovery)).await;
    assert_eq!(
        text(response).await,
        r#"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28","2025-11-25"],"ttlMs":0}}"#,
    );
}
