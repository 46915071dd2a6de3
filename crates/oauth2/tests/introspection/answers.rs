//! Answers that are large, odd or hostile.

use serde_json::{Value, json};

use crate::login::{
    ADMITTED, INACTIVE, Login, TOKEN, UNAVAILABLE, UNSAID, good, judged, reason, show, with,
};

/// What comes of an answer as it stands.
async fn answered(content: &str) -> (u16, &'static str) {
    let login = Login::open().await;
    login.answer(TOKEN, 200, content);
    reason(show(&login.plan()).await)
}

#[tokio::test]
async fn a_large_answer_is_read_to_its_limit() {
    let large = |length: usize| with("note", "x".repeat(length));
    assert_eq!(judged(&large(60 << 10)).await, ADMITTED);
    assert_eq!(judged(&large(70 << 10)).await, UNSAID);
}

#[tokio::test]
async fn a_deep_answer_is_no_answer() {
    let nested = |depth: usize| {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        good()
            .to_string()
            .replacen('{', &format!("{{\"deep\":{deep},"), 1)
    };
    assert_eq!(answered(&nested(100)).await, ADMITTED);
    for depth in [1000, 15_000] {
        assert_eq!(answered(&nested(depth)).await, UNAVAILABLE, "{depth}");
    }
}

#[tokio::test]
async fn an_answer_that_means_nothing_is_a_failure() {
    let good = good().to_string();
    for content in [
        "",
        "{}",
        "[]",
        "null",
        "true",
        "\"active\"",
        "active=true",
        "<html>",
        r#"{"active":"true"}"#,
        r#"{"active":1}"#,
        r#"{"active":null}"#,
        r#"{"active":[true]}"#,
        r#"{"Active":true}"#,
        r#"{"active":true"#,
        &good[..good.len() - 1],
        &format!("{good}{good}"),
        &good.replace("\"active\":true", "\"active\":true,\"active\":false"),
        &good.replace("\"active\":true", "\"active\":false,\"active\":true"),
        &good.replace("\"sub\":", "\"sub\":\"bob\",\"sub\":"),
    ] {
        assert_eq!(answered(content).await, UNAVAILABLE, "{content}");
    }
    assert_eq!(answered(r#"{"active":false}"#).await, INACTIVE);
}

#[tokio::test]
async fn names_are_names() {
    for name in ["sub", "client_id", "username", "azp", "iss"] {
        if name == "azp" {
            // Not looked at where there is a `client_id`.
            assert_eq!(judged(&with(name, 1)).await, ADMITTED);
            continue;
        }
        for value in [json!(1), json!(["ann"]), json!({}), json!(true)] {
            let judged = judged(&with(name, value.clone())).await;
            assert_eq!(judged, UNAVAILABLE, "{name} {value}");
        }
    }
    // An account of the number 7 and one of the name 7 are two.
    assert_eq!(judged(&with("sub", Value::Null)).await, ADMITTED);
}
