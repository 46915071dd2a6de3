//! Through the layer of plans.

use std::convert::Infallible;

use http::{Request, Response, header::WWW_AUTHENTICATE};
use tollbar_core::{Body, Connection, Exchange};
use tollbar_plan::{FailedAttempts, Keyless, PlanLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::login::{Login, TOKEN, good, with};

/// What a client is answered, and its challenge.
async fn ask(layer: &PlanLayer, token: Option<&str>) -> (u16, Option<String>) {
    let server = service_fn(async |mut request: Request<Body>| {
        let exchange = Exchange::of(request.extensions_mut());
        assert!(exchange.consumer().is_some());
        assert!(!request.headers().contains_key("authorization"));
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let mut request = Request::post("/mcp");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).unwrap();
    let connection = Connection::new().peer("192.0.2.7:4000".parse().unwrap());
    request.extensions_mut().insert(Exchange::on(&connection));
    let response = layer.layer(server).oneshot(request).await.unwrap();
    let challenge = response.headers().get(WWW_AUTHENTICATE);
    let challenge = challenge.map(|it| it.to_str().unwrap().to_owned());
    (response.status().as_u16(), challenge)
}

#[tokio::test]
async fn a_client_is_told_what_is_wrong() {
    let login = Login::of(&good()).await;
    let plan = login.builder().scopes(["mcp"]).build().unwrap();
    let layer = PlanLayer::new().with(plan).with(Keyless::new());
    assert_eq!(ask(&layer, Some(TOKEN)).await, (200, None));
    assert_eq!(ask(&layer, None).await, (200, None));
    let (status, challenge) = ask(&layer, Some("made-up")).await;
    assert_eq!(status, 401);
    let challenge = challenge.unwrap();
    assert!(challenge.starts_with("Bearer error=\"invalid_token\", error_description="));
    login.say("other", &with("scope", "other"));
    let (status, challenge) = ask(&layer, Some("other")).await;
    assert_eq!(status, 403);
    assert_eq!(
        challenge.unwrap(),
        "Bearer error=\"insufficient_scope\", scope=\"mcp\""
    );
    login.answer("down", 500, "");
    assert_eq!(ask(&layer, Some("down")).await, (503, None));
}

/// What cannot have been found by trying is no attempt.
#[tokio::test]
async fn only_tokens_that_may_be_made_up_count_as_attempts() {
    let login = Login::open().await;
    let plan = login.builder().scopes(["mcp"]).build().unwrap();
    let layer = PlanLayer::new().with(plan).attempts(FailedAttempts::new());
    for number in 0..100 {
        let token = format!("for-others-{number}");
        login.say(&token, &with("aud", "https://other.example"));
        assert_eq!(ask(&layer, Some(&token)).await.0, 401);
        let token = format!("late-{number}");
        login.say(&token, &with("exp", 1_000_000_000));
        assert_eq!(ask(&layer, Some(&token)).await.0, 401);
        let token = format!("poor-{number}");
        login.say(&token, &with("scope", ""));
        assert_eq!(ask(&layer, Some(&token)).await.0, 403);
    }
    let before = login.calls();
    let mut limited = false;
    for number in 0..100 {
        let (status, _) = ask(&layer, Some(&format!("made-up-{number}"))).await;
        limited |= status == 429;
    }
    assert!(limited);
    assert!(login.calls() < before + 100);
}
