//! A stack that says back what it was told.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Capture, CaptureGuard, Captured, Event};
use tollbar_core::{Body, Consumer, Exchange, GuardLayer, Kind, Refusal, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

pub(crate) const KEY: &str = "tollbar_0123456789abcdefghijABCDEFGHIJ0123456789abcdefghi";
pub(crate) const TOKEN: &str = "opaque-token-of-ann-4711";

/// Answers with the arguments. Fails, or is refused, when these say so.
pub(crate) async fn echo(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let exchange = request.extensions().get::<Exchange>().unwrap().clone();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    exchange.release_content();
    let asked: Value = serde_json::from_slice(&body).unwrap();
    if asked["params"]["arguments"]["refuse"] == true {
        let refusal = Refusal::new(Kind::Forbidden, "acl_denied", "not you");
        return Ok(refusal.into_response(&exchange));
    }
    exchange.set_answered(StatusCode::OK).unwrap();
    let reply = |asked: &Value| {
        let arguments = &asked["params"]["arguments"];
        match arguments["fail"] == true {
            true => {
                let error = json!({ "code": -32602, "message": "no", "data": arguments });
                json!({ "jsonrpc": "2.0", "id": asked["id"], "error": error })
            }
            false => {
                let content = json!([{ "type": "text", "text": arguments.to_string() }]);
                let result = json!({ "content": content, "structuredContent": arguments });
                json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result })
            }
        }
    };
    let answer = match &asked {
        Value::Array(messages) => messages.iter().map(reply).collect(),
        message => reply(message),
    };
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Body::from(answer.to_string())).unwrap())
}

pub(crate) fn call(id: u32, arguments: &Value) -> Value {
    let params = json!({ "name": "echo", "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

/// The events of this message, or this array of them.
pub(crate) async fn events(capture: Capture, body: &Value) -> Vec<Arc<Event>> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let stack = AnalyticsLayer::new(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .proxy("weather")
        .capture(capture)
        .layer(FrameLayer::new().layer(GuardLayer::new(CaptureGuard).layer(service_fn(echo))));
    let mut request = Request::post("/mcp")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let exchange = Exchange::of(request.extensions_mut());
    let consumer = Consumer::new("gold").with_subject("ann").with_key_id("k_1");
    exchange.set_consumer(consumer).unwrap();
    let credential = HeaderValue::try_from(format!("Bearer {TOKEN}")).unwrap();
    exchange.set_credential(credential).unwrap();
    let response = stack.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let events = std::mem::take(&mut *events.lock().unwrap());
    assert!(!events.is_empty());
    events
}

pub(crate) async fn captured(capture: Capture, arguments: &Value) -> Option<Captured> {
    let events = events(capture, &call(1, arguments)).await;
    events[0].captured.as_deref().cloned()
}

pub(crate) fn params(captured: &Captured) -> Value {
    serde_json::from_str(captured.params.as_deref().unwrap()).unwrap()
}
