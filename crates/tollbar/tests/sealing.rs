//! Whose sessions an arranged gateway seals behind a relay.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, Response};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tollbar::{
    Gateway, GatewayService,
    core::Body,
    plan::{
        Keyless, PlanLayer, Relay, SessionLayer, SessionSecret,
        key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper},
    },
    upstream::Upstream,
};
use tower::ServiceExt as _;
use url::Url;

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;

/// An MCP server of one session, which is open to whoever names it.
async fn server() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    url.parse().unwrap()
}

async fn serve(mut stream: TcpStream) {
    let mut request = String::new();
    while !request.contains("\r\n\r\n") || !request.ends_with('}') {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        request.push_str(str::from_utf8(&bytes[..read]).unwrap());
    }
    let is_known = request.contains("mcp-session-id: raw-1\r\n") || request.contains("initialize");
    let status = if is_known { "200 OK" } else { "404 Not Found" };
    let body = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}"#;
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
    let head = format!("{head}\r\nmcp-session-id: raw-1\r\ncontent-type: application/json");
    let answer = format!("{head}\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn ask(
    gateway: &GatewayService,
    headers: &[(&str, &str)],
    body: &'static str,
) -> Response<Body> {
    let mut request = Request::post("/mcp")
        .header("host", "localhost")
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body)).unwrap();
    gateway.clone().oneshot(request).await.unwrap()
}

async fn begin(gateway: &GatewayService, headers: &[(&str, &str)]) -> String {
    let begun = ask(gateway, headers, INITIALIZE).await;
    assert_eq!(begun.status(), 200);
    let session = &begun.headers()["mcp-session-id"];
    session.to_str().unwrap().to_owned()
}

fn gateway(url: &Url, plans: PlanLayer) -> Gateway {
    let upstream = Upstream::builder(url.clone()).forward_authorization(true);
    Gateway::new(upstream.build().unwrap()).plan(plans)
}

#[tokio::test]
async fn beside_a_key_everybodys_session_is_sealed() {
    let url = server().await;
    let secret = || SessionSecret::new(&[7; 32]).unwrap();
    let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
    let keys = Keys::new(store.clone(), pepper.clone());
    let (key, _) = keys.create(NewKey::new("ci").proxy("mock")).await.unwrap();
    let plan = KeyPlan::new(store, pepper).proxy("mock");
    let plan = plan.header("x-api-key".parse().unwrap());
    let plans = PlanLayer::new().with(plan).with(Relay::new(secret()));
    let own = SessionLayer::new(secret()).proxy("mock");
    for stack in [
        gateway(&url, plans.clone()),
        gateway(&url, plans.clone()).session(own),
    ] {
        let stack = stack.into_service();
        let alice = ("x-api-key", key.expose());
        let sealed = begin(&stack, &[alice]).await;
        let id = sealed.split('.').nth(2).unwrap();
        let raw = String::from_utf8(URL_SAFE_NO_PAD.decode(id).unwrap()).unwrap();
        assert_eq!(raw, "raw-1");
        let mallory = ("authorization", "Bearer of-mallory");
        for headers in [
            &[("mcp-session-id", raw.as_str())][..],
            &[mallory, ("mcp-session-id", &raw)],
        ] {
            assert_eq!(ask(&stack, headers, LIST).await.status(), 404);
        }
        let own = begin(&stack, &[mallory]).await;
        assert_ne!(own, "raw-1");
        let headers = [mallory, ("mcp-session-id", own.as_str())];
        assert_eq!(ask(&stack, &headers, LIST).await.status(), 200);
        let headers = [alice, ("mcp-session-id", sealed.as_str())];
        assert_eq!(ask(&stack, &headers, LIST).await.status(), 200);
    }
}

#[tokio::test]
async fn behind_a_relay_alone_sessions_are_the_servers_own() {
    let url = server().await;
    let relay = Relay::new(SessionSecret::generate().unwrap());
    let stack = gateway(&url, PlanLayer::new().with(relay)).into_service();
    let token = ("authorization", "Bearer of-the-server");
    assert_eq!(begin(&stack, &[token]).await, "raw-1");
    let headers = [token, ("mcp-session-id", "raw-1")];
    assert_eq!(ask(&stack, &headers, LIST).await.status(), 200);
    // Which is said of unverified consumers only.
    let stack = gateway(&url, PlanLayer::new().with(Keyless::new())).into_service();
    assert_ne!(begin(&stack, &[]).await, "raw-1");
}
