//! Beside sealed sessions, which know whether their server offers tasks.

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Exchange, GuardLayer, frame::FrameLayer};
use tollbar_plan::{SessionLayer, SessionSecret};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::support::{SECRET, ann};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
const STATUS: &str = r#"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"task-1","status":"working"}}"#;

/// Sends a request to a server that gives this answer in its session; status, session and body.
async fn send(
    mut request: Request<Body>,
    content_type: &'static str,
    answer: String,
) -> (u16, Option<String>, String) {
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(ann()).unwrap();
    let server = service_fn(move |_: Request<Body>| {
        let response = Response::builder()
            .header("content-type", content_type)
            .header("mcp-session-id", "upstream-1");
        let response = response.body(Body::from(answer.clone())).unwrap();
        async move { Ok::<_, Infallible>(response) }
    });
    let sessions = SessionLayer::new(SessionSecret::new(SECRET).unwrap()).proxy("mock");
    let guards = (sessions.guard(), sessions.tasks().guard());
    let stack = FrameLayer::new().layer(GuardLayer::new(guards).layer(server));
    let response = stack.oneshot(request).await.unwrap();
    let session = response.headers().get("mcp-session-id");
    let session = session.map(|session| session.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, session, String::from_utf8(body.to_vec()).unwrap())
}

fn within(session: &str, request: http::request::Builder, body: &'static str) -> Request<Body> {
    let request = request
        .header("content-type", "application/json")
        .header("mcp-session-id", session);
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn only_streams_of_sessions_with_tasks_are_read() {
    const JSON: &str = "application/json";
    const EVENTS: &str = "text/event-stream";
    for (version, capabilities, has_tasks) in [
        ("2025-11-25", r#""tasks":{"requests":{}}"#, true),
        ("2025-11-25", r#""tasks":{"list":{}}"#, true),
        ("2025-06-18", r#""tasks":{}"#, true),
        ("2025-11-25", r#""tasks":null"#, false),
        ("2025-11-25", r#""tools":{"tasks":{}}"#, false),
        ("2025-11-25", "", false),
    ] {
        let result = format!(
            r#"{{"jsonrpc":"2.0","id":1,"result":{{"protocolVersion":"{version}","capabilities":{{{capabilities}}}}}}}"#
        );
        let mut given = Vec::new();
        for (content_type, answer) in [
            (JSON, result.clone()),
            (EVENTS, format!("data: {result}\n\n")),
        ] {
            let begin = within("of-long-ago", Request::post("/mcp"), INITIALIZE);
            let (status, session, _) = send(begin, content_type, answer).await;
            assert_eq!(status, 200);
            given.push(session.unwrap());
        }
        let [session, same] = given.try_into().unwrap();
        assert_eq!(session, same);
        for request in [Request::post("/mcp"), Request::get("/mcp")] {
            let is_stream = request.method_ref() == Some(&http::Method::GET);
            let is_read = has_tasks && is_stream;
            let asked = within(&session, request, if is_stream { "" } else { LIST });
            let told = send(asked, EVENTS, format!("data: {STATUS}\n\n")).await;
            let (status, repeated, body) = told;
            assert_eq!((status, repeated.as_deref()), (200, Some(session.as_str())));
            let why = format!("{version} {capabilities}: {body}");
            assert_eq!(body.contains(r#""taskId":"t1."#), is_read, "{why}");
            assert_eq!(body.contains(r#""taskId":"task-1""#), !is_read, "{why}");
        }
        // The mark is sealed, too.
        let forged = match has_tasks {
            true => session.replace("+tasks", ""),
            false => session.replacen(version, &format!("{version}+tasks"), 1),
        };
        assert_ne!(forged, session);
        let asked = within(&forged, Request::post("/mcp"), LIST);
        assert_eq!(send(asked, JSON, String::new()).await.0, 404);
    }
}
