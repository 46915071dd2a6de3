//! What is asked, and which answers are taken.

use serde_json::json;
use tollbar_oauth2::ClientAuthentication;

use crate::{
    asking::{Asking, INACTIVE, Told, UNAVAILABLE, UNSAID, ann},
    scripted::{APPENDED, INTROSPECT, OAUTH, Scripted, active, reply, usual},
};

/// What becomes of a token about which the server says this.
async fn told(content: &str) -> Told {
    let server = Scripted::answering(reply(200, content)).await;
    let told = Asking::new(server.builder().build().unwrap()).ask().await;
    assert_eq!(server.questions(), 1);
    told
}

#[tokio::test]
async fn a_token_is_asked_about_in_a_form_with_the_clients_credentials() {
    let server = Scripted::answering(active()).await;
    let basic = server.builder().client("gate way", "s3:cret").build();
    let (told, _) = Asking::new(basic.unwrap()).ask_about("a.b-c_~+/=").await;
    assert_eq!(told, ann());
    let post = server
        .builder()
        .authentication(ClientAuthentication::Post)
        .build();
    assert_eq!(
        Asking::new(post.unwrap()).ask_about("opaque-t0ken").await.0,
        ann()
    );

    let asked = server.asked(INTROSPECT);
    let [basic, post] = asked.as_slice() else {
        panic!("not two: {asked:?}");
    };
    for asked in [basic, post] {
        assert_eq!(asked.method, "POST");
        assert_eq!(asked.headers["accept"], "application/json");
        assert_eq!(
            asked.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert!(!asked.headers.contains_key("accept-encoding"));
        assert!(asked.body.contains("token_type_hint=access_token"));
    }
    // RFC 6749 section 2.3.1: each is encoded as in a form, and then both together.
    assert_eq!(
        basic.headers["authorization"],
        "Basic Z2F0ZSt3YXk6czMlM0FjcmV0"
    );
    assert!(basic.body.contains("token=a.b-c_%7E%2B%2F%3D"), "{basic:?}");
    assert!(!basic.body.contains("client_"), "{basic:?}");
    assert!(!post.headers.contains_key("authorization"));
    assert!(post.body.contains("client_id=gateway"));
    assert!(post.body.contains("client_secret=s3cret"));
    // The metadata was asked for once by each server, and without credentials.
    assert_eq!(server.asked(OAUTH).len(), 2);
    for asked in server.asked(APPENDED) {
        assert_eq!(asked.method, "GET");
        assert!(!asked.headers.contains_key("authorization"));
        assert_eq!(asked.body, "");
    }
}

#[tokio::test]
async fn an_active_token_lets_in() {
    assert_eq!(told(r#"{"active":true,"sub":"ann"}"#).await, ann());
    assert_eq!(
        told(" \n{\"sub\":\"ann\",\"active\":true}\r\n ").await,
        ann()
    );
    let all = json!({
        "active": true, "sub": "ann", "username": "Ann", "client_id": "agent", "scope": "a b",
        "token_type": "Bearer", "exp": 4_000_000_000_u64, "iat": 1_700_000_000, "nbf": 1_700_000_000,
        "aud": ["https://gw.example/mcp"], "jti": "1", "tenant": {"deep": [[[{}]]]}, "none": null,
    });
    assert_eq!(told(&all.to_string()).await, ann());
}

#[tokio::test]
async fn a_token_that_is_not_active_is_a_bad_one() {
    assert_eq!(told(r#"{"active":false}"#).await, INACTIVE);
    // Whatever else is said.
    assert_eq!(told(r#"{"active":false,"sub":"ann"}"#).await, INACTIVE);
}

#[tokio::test]
async fn what_is_no_answer_is_a_failure_and_not_inactive() {
    let deep = format!(
        r#"{{"active":true,"x":{}1{}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    for content in [
        "",
        "{",
        "{}",
        "null",
        "true",
        "[]",
        r#"[{"active":true}]"#,
        r#""active""#,
        r#"{"sub":"ann"}"#,
        r#"{"active":"true"}"#,
        r#"{"active":"false"}"#,
        r#"{"active":1}"#,
        r#"{"active":0}"#,
        r#"{"active":null}"#,
        r#"{"active":[true]}"#,
        r#"{"Active":true}"#,
        r#"{"active":true,"active":true}"#,
        r#"{"active":false,"active":true}"#,
        r#"{"active":true,"\u0061ctive":false}"#,
        r#"{"active":true,"sub":"ann","sub":"bob"}"#,
        r#"{"active":true,"sub":"ann"} x"#,
        r#"{"active":true,"sub":"ann"}{"active":false}"#,
        r#"{"active":true,"sub":"ann",}"#,
        "<!doctype html><title>login</title>",
        "active=true",
        &deep,
    ] {
        assert_eq!(told(content).await, UNAVAILABLE, "{content}");
    }
}

#[tokio::test]
async fn a_large_answer_is_a_failure_of_one_token() {
    let padded = |length: usize| {
        let short = r#"{"active":true,"sub":"ann","x":""}"#;
        let padding = "x".repeat(length - short.len());
        format!(r#"{{"active":true,"sub":"ann","x":"{padding}"}}"#)
    };
    assert_eq!(told(&padded(64 * 1024)).await, ann());
    assert_eq!(told(&padded(64 * 1024 + 1)).await, UNAVAILABLE);
    let server = Scripted::failing_on_tokens(reply(200, padded(10_000_000))).await;
    let asking = Asking::new(server.builder().build().unwrap());
    for _ in 0..5 {
        assert_eq!(asking.ask().await, UNSAID);
    }
    // Others with tokens of their own are not cut off.
    server.turn(usual(&server.origin, |_| active()));
    assert_eq!(asking.ask().await, ann());
    let raised = server.builder().answer_limit(128).build().unwrap();
    assert_eq!(Asking::new(raised).ask().await, ann());
    let lowered = server.builder().answer_limit(16).build().unwrap();
    assert_eq!(Asking::new(lowered).ask().await, UNAVAILABLE);
}
