//! An MCP server that does as it is told, and what was counted of it.

use std::convert::Infallible;

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::{AnalyticsLayer, Metrics};
use tollbar_core::{Body, Consumer, Exchange, Kind, Refusal, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// An MCP server: tools that are called `fails…` say so, `missing…` are not there, `refused…` are kept by the gateway.
pub(crate) async fn server(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let exchange = request.extensions().get::<Exchange>().unwrap().clone();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_refused = |message: &Value| {
        let name = message["params"]["name"].as_str();
        name.is_some_and(|name| name.starts_with("refused"))
    };
    if is_refused(&asked) {
        let refusal = Refusal::new(Kind::Forbidden, "acl_denied", "not you");
        return Ok(refusal.into_response(&exchange));
    }
    exchange.note_asked();
    exchange.set_answered(StatusCode::OK).unwrap();
    let answer = match &asked {
        Value::Array(messages) => Value::Array(messages.iter().map(reply).collect()),
        message => reply(message),
    };
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Body::from(answer.to_string())).unwrap())
}

fn reply(message: &Value) -> Value {
    let (id, name) = (&message["id"], message["params"]["name"].as_str());
    match name.unwrap_or_default() {
        name if name.starts_with("fails") => {
            json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [], "isError": true } })
        }
        name if name.starts_with("missing") => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32602, "message": "no" } })
        }
        name if name.starts_with("odd") => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": 77, "message": "no" } })
        }
        _ => json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } }),
    }
}

pub(crate) fn call(tool: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool } })
}

pub(crate) async fn ask(layer: &AnalyticsLayer, body: &Value) {
    let stack = layer.layer(FrameLayer::new().layer(service_fn(server)));
    let mut request = Request::post("/mcp")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(Consumer::new("gold")).unwrap();
    let response = stack.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
}

pub(crate) fn layer(metrics: &Metrics) -> AnalyticsLayer {
    AnalyticsLayer::new(metrics.clone()).proxy("weather")
}

/// The value of the one sample with this name and all of these labels.
pub(crate) fn value(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let is_it = |line: &&str| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('{')) && labels.iter().all(|it| line.contains(it))
    };
    let found: Vec<&str> = text.lines().filter(is_it).collect();
    assert!(found.len() <= 1, "{found:?}");
    found.first()?.rsplit_once(' ')?.1.parse().ok()
}

/// How many samples there are with this name and all of these labels.
pub(crate) fn samples(text: &str, name: &str) -> usize {
    let prefix = format!("{name}{{");
    text.lines()
        .filter(|line| line.starts_with(&prefix))
        .count()
}
