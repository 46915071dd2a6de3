//! The layers stand around the application's own MCP route.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use tollbar::plan::key::{Keys, MemoryStore, NewKey, Pepper};
use tower::ServiceExt as _;

/// Asks with a key that opens the route.
async fn ask(request: Request<Body>) -> (StatusCode, String) {
    ask_as(request, Some(NewKey::new("guest"))).await
}

async fn ask_as(mut request: Request<Body>, key: Option<NewKey>) -> (StatusCode, String) {
    let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
    let keys = Keys::new(store.clone(), pepper.clone());
    if let Some(new) = key {
        let (key, _) = keys.create(new.proxy("greeter")).await.unwrap();
        let credential = format!("Bearer {}", key.expose()).parse().unwrap();
        request.headers_mut().insert("authorization", credential);
    }
    let app = tollbar_embed_axum::app(store, pepper).unwrap();
    let response: Response<Body> = app.oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn post(method: &str, params: &str) -> Request<Body> {
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
    let mut request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    if let Some((name, _)) = params
        .strip_prefix(r#""name":""#)
        .and_then(|it| it.split_once('"'))
    {
        request = request.header("mcp-name", name);
    }
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}{meta}}}}}"#);
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn the_tool_is_listed_and_can_be_called() {
    let (status, list) = ask(post("tools/list", "")).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert!(list.contains(r#""name":"greet""#), "{list}");
    let (status, greeting) = ask(post(
        "tools/call",
        r#""name":"greet","arguments":{"name":"Ada"},"#,
    ))
    .await;
    assert_eq!(status, StatusCode::OK, "{greeting}");
    assert!(greeting.contains("Good day, Ada"), "{greeting}");
}

#[tokio::test]
async fn only_hosts_send_home() {
    let call = || {
        post(
            "tools/call",
            r#""name":"send_home","arguments":{"name":"Ada"},"#,
        )
    };
    let (_, list) = ask(post("tools/list", "")).await;
    assert!(!list.contains("send_home"), "{list}");
    let (status, told) = ask(call()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(told.contains("Unknown tool: send_home"), "{told}");

    let host = || Some(NewKey::new("host").scope("host"));
    let (_, list) = ask_as(post("tools/list", ""), host()).await;
    assert!(list.contains(r#""name":"send_home""#), "{list}");
    let (_, told) = ask_as(call(), host()).await;
    assert!(told.contains("Good night, Ada"), "{told}");
}

#[tokio::test]
async fn without_a_key_nobody_gets_to_the_server() {
    let (status, told) = ask_as(post("tools/list", ""), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(told.contains("credential_missing"), "{told}");
}

#[tokio::test]
async fn the_layers_judge_before_the_server_does() {
    let mut foreign = post("tools/list", "");
    foreign
        .headers_mut()
        .insert("origin", "https://evil.example".parse().unwrap());
    let (status, told) = ask(foreign).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(told.contains("origin"), "{told}");

    let mut mismatch = post("tools/list", "");
    mismatch
        .headers_mut()
        .insert("mcp-method", "tools/call".parse().unwrap());
    let (status, told) = ask(mismatch).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(told.contains("-32020"), "{told}");
}

#[tokio::test]
async fn the_other_routes_are_untouched() {
    let request = Request::get("/").header("origin", "https://evil.example");
    let (status, text) = ask_as(request.body(Body::empty()).unwrap(), None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("/mcp"));
}
