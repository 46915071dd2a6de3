//! A server with sessions and tasks behind a relay, and who asks it.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Exchange, Refusal, frame::FrameLayer};
use tollbar_plan::{PlanLayer, SessionLayer, SessionSecret};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::{plans::Word, relay::relay, verified::Tokens};

pub(crate) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
pub(crate) const LIST: &str = r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#;
pub(crate) const CALL: &str =
    r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"report","task":{}}}"#;
pub(crate) const ALL_TASKS: &str = r#"{"jsonrpc":"2.0","id":4,"method":"tasks/list"}"#;

pub(crate) const NOBODY: &[(&str, &str)] = &[];
pub(crate) const ANN: &[(&str, &str)] = &[("authorization", "Bearer ann-1")];
pub(crate) const ANN_REFRESHED: &[(&str, &str)] = &[("authorization", "Bearer ann-2")];
pub(crate) const BOB: &[(&str, &str)] = &[("authorization", "Bearer bob-1")];
pub(crate) const KEY: &[(&str, &str)] = &[("x-api-key", "sesame")];

/// Plans, and whether the sessions of those whom they do not know are sealed.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) plans: PlanLayer,
    pub(crate) seals_unverified: bool,
}

impl Front {
    pub(crate) const fn unsealed(plans: PlanLayer) -> Self {
        Self {
            plans,
            seals_unverified: false,
        }
    }

    /// As these plans need it.
    pub(crate) fn sealed(plans: PlanLayer) -> Self {
        Self {
            seals_unverified: plans.is_mixed(),
            plans,
        }
    }

    fn sessions(&self) -> SessionLayer {
        let sessions = SessionLayer::new(SessionSecret::new(&[7; 32]).unwrap());
        match self.seals_unverified {
            true => sessions.seal_unverified().proxy("mock"),
            false => sessions.proxy("mock"),
        }
    }
}

/// A relay that verifies tokens, or does not, beside a key plan.
pub(crate) fn plans(tokens: Option<Tokens>) -> PlanLayer {
    let relay = match tokens {
        Some(tokens) => relay().verified_by(tokens),
        None => relay(),
    };
    let key = Word::new("key", "sesame").in_header("x-api-key");
    PlanLayer::new().with(key).with(relay)
}

pub(crate) fn verifying() -> Front {
    Front::sealed(plans(Some(Tokens::default())))
}

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) reason: Option<&'static str>,
    pub(crate) session: Option<String>,
    pub(crate) body: String,
    /// What the server saw.
    pub(crate) seen: Option<(HeaderMap, String)>,
}

impl Outcome {
    pub(crate) fn seen_session(&self) -> Option<&str> {
        let (headers, _) = self.seen.as_ref().expect("it did not reach the server");
        headers.get("mcp-session-id").map(|id| id.to_str().unwrap())
    }

    /// The id of the task in the answer.
    pub(crate) fn task(&self) -> String {
        let (_, id) = self.body.split_once(r#""taskId":""#).unwrap();
        id.split_once('"').unwrap().0.to_owned()
    }
}

/// Sends a request to a server that knows one session and one task, which are not those of others.
pub(crate) async fn send(
    front: &Front,
    who: &[(&str, &str)],
    method: &str,
    body: &str,
    more: &[(&str, &str)],
) -> Outcome {
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let server = service_fn(move |request: Request<Body>| {
        let note = Arc::clone(&note);
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let session = head.headers.get("mcp-session-id");
            let begins = body.contains("initialize");
            let knows = begins || session.is_none_or(|id| id == "raw-1");
            let result = match body.contains("tasks/") && !body.contains(r#""raw-task""#) {
                true => r#""error":{"code":-32602,"message":"no such task"}"#,
                false => {
                    r#""result":{"protocolVersion":"2025-11-25","capabilities":{"tasks":{}},"task":{"taskId":"raw-task"}}"#
                }
            };
            *note.lock().unwrap() = Some((head.headers, body));
            let response = Response::builder()
                .status(if knows { 200 } else { 404 })
                .header("content-type", "application/json")
                .header("mcp-session-id", "raw-1");
            let answer = format!(r#"{{"jsonrpc":"2.0","id":1,{result}}}"#);
            Ok::<_, Infallible>(response.body(Body::from(answer)).unwrap())
        }
    });
    let mut request = Request::builder().method(method).uri("/mcp");
    if method == "POST" {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in who.iter().chain(more) {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    let exchange = Exchange::of(request.extensions_mut());
    let sessions = front.sessions();
    let inside = sessions.layer(sessions.tasks().layer(server));
    let stack = front.plans.layer(FrameLayer::new().layer(inside));
    let response = stack.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let session = head.headers.get("mcp-session-id");
    Outcome {
        status: head.status.as_u16(),
        reason: exchange.refusal().map(Refusal::reason),
        session: session.map(|id| id.to_str().unwrap().to_owned()),
        body: String::from_utf8(body.to_vec()).unwrap(),
        seen: seen.lock().unwrap().take(),
    }
}

/// The id of a session that this one has begun.
pub(crate) async fn begin(front: &Front, who: &[(&str, &str)]) -> String {
    let begun = send(front, who, "POST", INITIALIZE, &[]).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    begun.session.unwrap()
}

/// A method, a body and headers.
pub(crate) type Use<'a> = (&'static str, &'static str, Vec<(&'static str, &'a str)>);

/// All that a session can be used for.
pub(crate) fn uses(session: &str) -> [Use<'_>; 4] {
    let id = ("mcp-session-id", session);
    [
        (
            "POST",
            LIST,
            vec![id, ("mcp-protocol-version", "2025-11-25")],
        ),
        ("GET", "", vec![id]),
        ("GET", "", vec![id, ("last-event-id", "7")]),
        ("DELETE", "", vec![id]),
    ]
}
