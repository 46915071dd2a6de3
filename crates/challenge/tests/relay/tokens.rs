//! A server that refuses the tokens of clients.

use std::convert::Infallible;

use http::{Request, Response};
use tollbar_challenge::{ChallengeLayer, RelayMode, RelayedResource};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use tollbar_test_log::Log;

use super::{Server, relay};

const WORDS: &str = "the MCP server refuses the tokens of clients";

/// The server answers a client, who may have a token, with this status.
async fn answer(resource: &RelayedResource, token: Option<&str>, status: u16) {
    let inner = service_fn(|_: Request<Body>| async {
        let challenge = "Bearer resource_metadata=\"x\", error=\"invalid_token\", \
                         error_description=\"s3cret \u{9}is \\\"https://mcp.example\\\"\"";
        let response = Response::builder().status(status);
        let response = response.header("www-authenticate", challenge);
        Ok::<_, Infallible>(response.body(Body::empty()).unwrap())
    });
    let request = Request::post("/weather");
    let request = match token {
        Some(token) => request.header("authorization", token),
        None => request,
    };
    let stack = ChallengeLayer::relayed(resource).layer(inner);
    let response = stack.oneshot(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.unwrap().status(), status);
}

/// The lines that are about tokens.
fn about_tokens(log: &Log) -> Vec<String> {
    let lines = log.lines().into_iter();
    lines.filter(|line| line.contains(WORDS)).collect()
}

#[tokio::test]
async fn ten_in_a_row_are_worth_a_word() {
    for mode in [RelayMode::Mirror, RelayMode::Verbatim] {
        let server = Server::start().await;
        let resource = relay(&server).mode(mode).build().unwrap();
        let (log, _guard) = Log::keep();
        for _ in 0..9 {
            answer(&resource, Some("Bearer s3cret"), 401).await;
        }
        assert!(about_tokens(&log).is_empty(), "{:?}", log.lines());
        for _ in 0..20 {
            answer(&resource, Some("Bearer s3cret"), 401).await;
        }
        let lines = about_tokens(&log);
        assert_eq!(lines.len(), 1, "{lines:?}");
        for words in [
            "WARN",
            "proxy=\"weather\"",
            "found=\"one after the other: `invalid_token`\"",
            "clients get tokens for `https://gw.example/weather`: ",
            "accept it as its own audience",
        ] {
            assert!(lines[0].contains(words), "{words}: {lines:?}");
        }
        let is_plain = |line: &str| !line.chars().any(char::is_control);
        assert!(
            is_plain(&lines[0]) && !lines[0].contains("s3cret"),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn who_logs_in_again_and_gets_in_is_none() {
    let server = Server::start().await;
    let resource = relay(&server).build().unwrap();
    let (log, _guard) = Log::keep();
    for _ in 0..5 {
        for _ in 0..9 {
            answer(&resource, Some("Bearer old"), 401).await;
        }
        answer(&resource, Some("Bearer new"), 200).await;
    }
    // Nor are those who have no token yet, or may not do something.
    for _ in 0..30 {
        answer(&resource, None, 401).await;
        answer(&resource, Some("Bearer new"), 403).await;
    }
    assert!(about_tokens(&log).is_empty(), "{:?}", log.lines());
    // Whoever gets in without a token says nothing of tokens, and neither does an error.
    for _ in 0..10 {
        answer(&resource, Some("Bearer old"), 401).await;
        answer(&resource, None, 200).await;
        answer(&resource, Some("Bearer old"), 500).await;
    }
    assert_eq!(about_tokens(&log).len(), 1, "{:?}", log.lines());
}
