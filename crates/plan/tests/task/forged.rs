//! Forged, mended and borrowed ids.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, Response};
use tollbar_core::{Body, Exchange, frame::FrameLayer};
use tollbar_plan::{SessionLayer, SessionSecret};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::support::{Answer, SECRET, ann, legacy, sealed, send, tasks};

/// The session that this consumer would get for the same id, with the same secret and proxy.
async fn session(id: &'static str) -> String {
    let server = service_fn(move |_: Request<Body>| async move {
        let result = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}"#;
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("mcp-session-id", id);
        Ok::<_, std::convert::Infallible>(response.body(Body::from(result)).unwrap())
    });
    let layer = SessionLayer::new(SessionSecret::new(SECRET).unwrap()).proxy("mock");
    let mut request = legacy(
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#,
    );
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(ann()).unwrap();
    let stack = FrameLayer::new().layer(layer.layer(server));
    let response = stack.oneshot(request).await.unwrap();
    response.headers()["mcp-session-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn they_are_unknown() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let (id, code) = task.strip_prefix("t1.").unwrap().split_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode("task-2");
    let session = session("task-1").await;
    let of_session = session.rsplit('.').next().unwrap();
    let mut tried = vec![
        "task-1".to_owned(),
        String::new(),
        "t1".to_owned(),
        "t1.".to_owned(),
        "t1..".to_owned(),
        format!("t1.{id}"),
        format!("t1.{id}."),
        format!("t1..{code}"),
        format!("t1.{other}.{code}"),
        format!("t1.{code}.{id}"),
        format!("t1.{id}.{code}="),
        format!("t1.{id}.{code}."),
        format!("t1.{id}AA.{code}"),
        format!("t1.{id}.{}", code.get(..22).unwrap()),
        format!("t2.{id}.{code}"),
        format!("v1.{id}.{code}"),
        format!("v1.-.{id}.{code}"),
        format!(" {task}"),
        format!("t1.{id}.{of_session}"),
        session.clone(),
    ];
    // Every single character of it counts.
    for index in 0..task.len() {
        for other in [b'A', b'B', b'Q'] {
            let mut bytes = task.clone().into_bytes();
            if bytes[index] != other {
                bytes[index] = other;
                tried.push(String::from_utf8(bytes).unwrap());
            }
        }
    }
    for forged in tried {
        let get = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{{"taskId":"{forged}"}}}}"#
        );
        let outcome = send(&layer, ann(), legacy(get), Answer::json("{}")).await;
        outcome.assert_unknown(&forged);
    }
}

#[tokio::test]
async fn methods_that_nobody_knows_are_held_to_the_same() {
    let layer = tasks("mock");
    let task = sealed(&layer, ann(), "task-1").await;
    let empty = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    let ask = |id: &str| {
        legacy(format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tasks/delete","params":{{"taskId":{id}}}}}"#
        ))
    };
    let outcome = send(
        &layer,
        ann(),
        ask(&format!("\"{task}\"")),
        Answer::json(empty),
    )
    .await;
    assert!(outcome.seen_body().contains(r#""taskId":"task-1""#));
    for id in ["\"task-1\"", "7", "null", "[\"task-1\"]"] {
        let outcome = send(&layer, ann(), ask(id), Answer::json(empty)).await;
        outcome.assert_unknown(id);
    }
    // A notification has no answer.
    let notification = r#"{"jsonrpc":"2.0","method":"tasks/delete","params":{"taskId":"task-1"}}"#;
    let outcome = send(&layer, ann(), legacy(notification), Answer::json("")).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (403, Some("task_unknown"))
    );
    assert_eq!(outcome.json()["error"]["code"], -32600);
    assert!(outcome.seen.is_none());
}
