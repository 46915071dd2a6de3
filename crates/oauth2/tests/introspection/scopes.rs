//! What a token may.

use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};
use tollbar_core::Exchange;
use tollbar_oauth2::IntrospectionBuilder;

use crate::login::{ADMITTED, Login, UNAVAILABLE, good, reason, show, with, without};

const LACKS: (u16, &str) = (403, "token_scope");

async fn shown(
    said: &Value,
    set: impl FnOnce(IntrospectionBuilder) -> IntrospectionBuilder,
) -> (u16, &'static str) {
    let login = Login::of(said).await;
    reason(show(&set(login.builder()).build().unwrap()).await)
}

#[tokio::test]
async fn scopes_come_in_many_forms() {
    for (name, value, expected) in [
        ("scope", json!("read write"), ADMITTED),
        ("scope", json!("write  read "), ADMITTED),
        ("scope", json!(["read", "write"]), ADMITTED),
        ("scope", json!(["read write"]), ADMITTED),
        ("scope", json!("read\twrite"), LACKS),
        ("scope", json!("read,write"), LACKS),
        ("scope", json!("readwrite"), LACKS),
        ("scope", json!("READ WRITE"), LACKS),
        ("scope", json!("read:all write:all"), LACKS),
        ("scope", json!("read"), LACKS),
        ("scope", json!(""), LACKS),
        ("scope", json!([]), LACKS),
        ("scope", Value::Null, LACKS),
        ("scope", json!({ "read": true }), UNAVAILABLE),
        ("scope", json!(["read", 1]), UNAVAILABLE),
        ("scp", json!("read write"), ADMITTED),
        ("scp", json!(["read", "write"]), ADMITTED),
        ("scp", json!(["read"]), LACKS),
        ("scp", json!(1), UNAVAILABLE),
        ("scopes", json!("read write"), LACKS),
    ] {
        let mut said = without("scope");
        said[name] = value.clone();
        let judged = shown(&said, |builder| builder.scopes(["read", "write"])).await;
        assert_eq!(judged, expected, "{name} {value}");
    }
}

#[tokio::test]
async fn the_standard_member_counts_where_both_are() {
    let mut said = with("scope", "read");
    said["scp"] = "read write".into();
    let judged = shown(&said, |builder| builder.scopes(["read", "write"])).await;
    assert_eq!(judged, LACKS);
}

#[tokio::test]
async fn one_of_the_scopes_may_be_enough() {
    let any = |builder: IntrospectionBuilder| builder.scopes(["read", "write"]).any_scope();
    assert_eq!(shown(&with("scope", "write"), any).await, ADMITTED);
    assert_eq!(shown(&with("scope", "other"), any).await, LACKS);
    assert_eq!(shown(&without("scope"), any).await, LACKS);
    assert_eq!(
        shown(&without("scope"), IntrospectionBuilder::any_scope).await,
        ADMITTED
    );
    assert_eq!(shown(&without("scope"), |builder| builder).await, ADMITTED);
}

#[tokio::test]
async fn some_servers_write_commas() {
    let comma =
        |builder: IntrospectionBuilder| builder.scopes(["read", "write"]).scope_separator(',');
    for scope in ["read,write", "read, write", ",read,,write,"] {
        assert_eq!(
            shown(&with("scope", scope), comma).await,
            ADMITTED,
            "{scope}"
        );
    }
    assert_eq!(shown(&with("scope", "read write"), comma).await, LACKS);
}

/// With every scope that is needed, so that a client asks once for all (RFC 6750 section 3.1).
#[tokio::test]
async fn the_challenge_names_what_is_needed() {
    let challenged = async |set: fn(IntrospectionBuilder) -> IntrospectionBuilder| {
        let login = Login::of(&with("scope", "read")).await;
        let plan = set(login.builder()).build().unwrap();
        let refusal = show(&plan).await.unwrap_err();
        let response = refusal.into_response(&Exchange::new());
        let lines: Vec<_> = response
            .headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .collect();
        assert_eq!(lines.len(), 1);
        lines[0].to_str().unwrap().to_owned()
    };
    assert_eq!(
        challenged(|builder| builder.scopes(["read", "tools:call", "write"])).await,
        "Bearer error=\"insufficient_scope\", scope=\"read tools:call write\""
    );
    assert_eq!(
        challenged(|builder| builder.scopes(["write", "admin"]).any_scope()).await,
        "Bearer error=\"insufficient_scope\", scope=\"write\""
    );
}

#[tokio::test]
async fn other_faults_come_first() {
    let mut said = good();
    (said["scope"], said["aud"]) = ("".into(), "https://other.example".into());
    let judged = shown(&said, |builder| builder.scopes(["read"])).await;
    assert_eq!(judged, (401, "token_wrong_audience"));
}
