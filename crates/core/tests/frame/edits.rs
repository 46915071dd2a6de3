//! Changes that guards ask for in a request's body.

use std::ops::Range;

use bytes::Bytes;
use http::{Request, Response, StatusCode, request::Parts};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal, frame::FrameLayer};
use tollbar_mcp::Code;
use tower::{Layer as _, ServiceExt as _};

use crate::support::{Server, post};

const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"old","arguments":{"a":1}}}"#;

/// Puts a text in the place of another one.
#[derive(Clone, Debug)]
struct Swap(&'static str, &'static str);

impl Guard for Swap {
    async fn check(&self, _: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let content = exchange
            .content()
            .unwrap_or(Bytes::from_static(CALL.as_bytes()));
        let text = std::str::from_utf8(&content).unwrap();
        // In what was judged, whatever others have changed meanwhile.
        let start = text.find(self.0).unwrap();
        let span: Range<usize> = start..start + self.0.len();
        Ok(Pass::new().with_edit(span, self.1))
    }
}

fn call() -> Request<Body> {
    post(CALL)
}

/// What the server got, if anything.
fn got(server: &Server) -> Option<(String, String)> {
    let received = server.received.lock().unwrap();
    let (head, body) = received.first()?;
    let length = head.headers["content-length"].to_str().unwrap();
    Some((length.to_owned(), String::from_utf8(body.to_vec()).unwrap()))
}

fn empty() -> Response<Body> {
    Response::new(Body::empty())
}

#[tokio::test]
async fn changes_of_several_layers_are_places_in_what_was_judged() {
    let server = Server::default();
    let inner = GuardLayer::new(Swap(r#"{"a":1}"#, "{}")).layer(server.answering(|_| {}, empty));
    let stack = FrameLayer::new().layer(GuardLayer::new(Swap("old", "much newer")).layer(inner));
    assert_eq!(
        stack.oneshot(call()).await.unwrap().status(),
        StatusCode::OK
    );
    let expected = CALL
        .replace("old", "much newer")
        .replace(r#"{"a":1}"#, "{}");
    let length = expected.len().to_string();
    assert_eq!(got(&server), Some((length, expected)));
}

#[tokio::test]
async fn changes_of_a_pair_are_applied_together() {
    let server = Server::default();
    let pair = (Swap("old", "new"), Swap(r#"{"a":1}"#, "[]"));
    let stack =
        FrameLayer::new().layer(GuardLayer::new(pair).layer(server.answering(|_| {}, empty)));
    stack.oneshot(call()).await.unwrap();
    let expected = CALL.replace("old", "new").replace(r#"{"a":1}"#, "[]");
    assert_eq!(got(&server).unwrap().1, expected);
}

#[tokio::test]
async fn changes_that_overlap_do_not_pass() {
    let server = Server::default();
    let pair = (Swap("name\":\"old", "x"), Swap("old", "y"));
    let stack =
        FrameLayer::new().layer(GuardLayer::new(pair).layer(server.answering(|_| {}, empty)));
    let response = stack.oneshot(call()).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn without_a_frame_nothing_is_changed_and_nothing_passes() {
    let server = Server::default();
    let stack = GuardLayer::new(Swap("old", "new")).layer(server.answering(|_| {}, empty));
    let response = stack.oneshot(call()).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn the_body_is_let_go_of_when_the_answer_is_here() {
    let server = Server::default();
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    let stack = FrameLayer::new().layer(server.answering(|_| {}, empty));
    stack.oneshot(request).await.unwrap();
    assert_eq!(exchange.content(), None);
}

#[tokio::test]
async fn each_message_of_an_array_gets_its_own_error() {
    #[derive(Clone)]
    struct Refusing;
    impl Guard for Refusing {
        async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
            let told = |text| Refusal::new(Kind::Concealed, "x", text).with_code(Code(7));
            Err(told("whole").with_elements(vec![told("a"), told("note"), told("b")]))
        }
    }
    let server = Server::default();
    let stack =
        FrameLayer::new().layer(GuardLayer::new(Refusing).layer(server.answering(|_| {}, empty)));
    let array = r#"[{"jsonrpc":"2.0","id":"p","method":"ping"},{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":2,"method":"ping"}]"#;
    let response = stack.oneshot(post(array)).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let told: Vec<_> = body.as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[0]["id"], &told[0]["error"]["message"]),
        (&"p".into(), &"a".into())
    );
    assert_eq!(
        (&told[1]["id"], &told[1]["error"]["message"]),
        (&2.into(), &"b".into())
    );
}
