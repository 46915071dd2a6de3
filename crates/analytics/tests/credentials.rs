//! No credential stands in an event, whether payloads are kept or not.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Event};
use tollbar_core::{Body, Exchange, Kind, Refusal, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

const KEY: &str = "tollbar_0123456789abcdefghijABCDEFGHIJ0123456789abcdefghi";

/// The event of this message as a line. It is refused in words that name its subject.
async fn line(method: &str, params: Value) -> Value {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let refuse = service_fn(|request: Request<Body>| async move {
        let exchange = request.extensions().get::<Exchange>().unwrap();
        let message = &exchange.call().unwrap().messages()[0];
        let name = message
            .subject()
            .and_then(|it| it.name())
            .unwrap_or_default();
        let told = format!("Unknown resource: {name}");
        let refusal = Refusal::new(Kind::Concealed, "acl_denied", told);
        Ok::<_, Infallible>(refusal.into_response(exchange))
    });
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .layer(FrameLayer::new().layer(refuse));
    let body = json!({ "jsonrpc": "2.0", "id": KEY, "method": method, "params": params });
    let request = Request::post("/mcp").header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = stack.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let event = events.lock().unwrap().remove(0);
    let line = event.to_json();
    assert!(
        !line.contains("hunter2") && !line.contains("ABCDEFGHIJ"),
        "{line}"
    );
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn uris_are_kept_without_user_info_and_secrets() {
    let uri = "https://u:hunter2@h/?page=2&token=hunter2";
    let shown = "https://[hidden]@h/?page=2&token=[hidden]";
    for method in ["resources/read", "resources/subscribe"] {
        let line = line(method, json!({ "uri": uri })).await;
        assert_eq!(
            (&line["subject"], &line["subject_kind"]),
            (&shown.into(), &"resource".into())
        );
        assert_eq!(line["message"], format!("Unknown resource: {shown}"));
    }
    let template = json!({
        "ref": { "type": "ref/resource", "uri": "https://hunter2@h/{path}?sig=hunter2" },
        "argument": { "name": "path", "value": "a" },
    });
    let line = line("completion/complete", template).await;
    assert_eq!(line["subject_kind"], "template");
    assert_eq!(line["subject"], "https://[hidden]@h/{path}?sig=[hidden]");
}

#[tokio::test]
async fn what_is_cut_has_no_half_of_a_credential() {
    let long = format!("https://{}:hunter2@h/", "hunter2".repeat(200));
    // A frame takes no name as long as this one, or it is hidden.
    let _ = line("resources/read", json!({ "uri": long })).await;
    let uri = format!(
        "https://h/{}?token={}",
        "a".repeat(990),
        "hunter2".repeat(3)
    );
    let line = line("resources/read", json!({ "uri": uri })).await;
    assert!(
        line["subject"]
            .as_str()
            .unwrap()
            .ends_with("?token=[hidden]")
    );
}

#[tokio::test]
async fn keys_of_this_gateway_stand_nowhere() {
    let info = json!({ "name": format!("agent {KEY}"), "version": KEY });
    let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": info });
    let shown = line("initialize", hello).await;
    assert_eq!(
        (&shown["client"], &shown["client_version"]),
        (&"agent [hidden]".into(), &"[hidden]".into())
    );
    assert_eq!(shown["rpc_id"], "\"[hidden]\"");
    let shown = line(
        "tools/call",
        json!({ "name": format!("a_{}", KEY.replace("toll", "TOLL")) }),
    )
    .await;
    assert_eq!(shown["subject"], "a_[hidden]");
    let shown = line(&format!("x/{KEY}"), json!({})).await;
    assert_eq!(shown["method"], "x/[hidden]");
    let shown = line(
        "resources/read",
        json!({ "uri": format!("db://h/{KEY}/a") }),
    )
    .await;
    assert_eq!(shown["subject"], "db://h/[hidden]/a");
    // What is called like a URI, and is none.
    let shown = line("tools/call", json!({ "name": "ann@host?token=1" })).await;
    assert_eq!(shown["subject"], "ann@host?token=1");
}
