//! Which tokens are taken.

use std::time::Duration;

use tollbar_oauth2::ClientCredentialsBuilder;

use crate::endpoint::{NONE, TOKEN, issuing, value};

async fn taken(content: &str) -> Result<String, (u16, &'static str)> {
    let endpoint = issuing(content).await;
    let taken = value(&endpoint.builder().build().unwrap()).await;
    assert_eq!(endpoint.asked().len(), 1);
    taken
}

#[tokio::test]
async fn a_bearer_token_in_any_case_is_taken() {
    for kind in ["Bearer", "bearer", "BEARER"] {
        let content = format!(r#"{{"access_token":"a-._~+/9==","token_type":"{kind}"}}"#);
        assert_eq!(taken(&content).await.unwrap(), "Bearer a-._~+/9==");
    }
    let more = r#"{"token_type":"Bearer","scope":"a b","refresh_token":"r","x":{"y":[1]},"access_token":"t"}"#;
    assert_eq!(taken(more).await.unwrap(), "Bearer t");
}

#[tokio::test]
async fn what_is_no_bearer_token_is_not_taken() {
    for content in [
        r#"{"access_token":"t","token_type":"DPoP"}"#,
        r#"{"access_token":"t","token_type":"mac"}"#,
        r#"{"access_token":"t","token_type":""}"#,
        r#"{"access_token":"t","token_type":null}"#,
        r#"{"access_token":"t"}"#,
        r#"{"token_type":"Bearer"}"#,
        r#"{"access_token":"","token_type":"Bearer"}"#,
        r#"{"access_token":"two words","token_type":"Bearer"}"#,
        r#"{"access_token":"t\r\nx-more: 1","token_type":"Bearer"}"#,
        r#"{"access_token":"t\u0000","token_type":"Bearer"}"#,
        r#"{"access_token":"t\u00e4","token_type":"Bearer"}"#,
        r#"{"access_token":17,"token_type":"Bearer"}"#,
        r#"{"access_token":"t","access_token":"u","token_type":"Bearer"}"#,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":0}"#,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":-1}"#,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":"soon"}"#,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":[60]}"#,
        r#"["t"]"#,
        r#""t""#,
        "t",
        "",
        "{",
    ] {
        assert_eq!(taken(content).await, NONE, "{content}");
    }
}

/// Whether the token is asked for anew after a second.
async fn renewed(
    expires: &str,
    set: impl FnOnce(ClientCredentialsBuilder) -> ClientCredentialsBuilder,
) -> bool {
    let content = format!(r#"{{"access_token":"t","token_type":"Bearer"{expires}}}"#);
    let endpoint = issuing(&content).await;
    let credentials = set(endpoint.builder()).build().unwrap();
    value(&credentials).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    value(&credentials).await.unwrap();
    endpoint.asked().len() > 1
}

#[tokio::test]
async fn lifetimes_are_read_as_servers_write_them() {
    let same = |builder| builder;
    let short =
        |builder: ClientCredentialsBuilder| builder.assumed_lifetime(Duration::from_secs(1));
    let (one, fraction, text, none, null, long, endless, assumed) = tokio::join!(
        renewed(r#","expires_in":1"#, same),
        renewed(r#","expires_in":1.5"#, same),
        renewed(r#","expires_in":"1""#, same),
        renewed("", short),
        renewed(r#","expires_in":null"#, short),
        renewed(r#","expires_in":60"#, short),
        renewed(r#","expires_in":18446744073709551615"#, short),
        renewed("", same),
    );
    assert!(one && fraction && text && none && null);
    assert!(!long && !endless && !assumed);
}

#[tokio::test]
async fn settings_that_mean_never_are_no_overflow() {
    let endpoint = issuing(TOKEN).await;
    let credentials = endpoint
        .builder()
        .assumed_lifetime(Duration::MAX)
        .refresh_before(Duration::MAX)
        .retry(Duration::MAX, Duration::MAX)
        .timeout(Duration::MAX)
        .answer_limit(usize::MAX)
        .build()
        .unwrap();
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");
    let broken = issuing("{").await;
    let credentials = broken.builder().retry(Duration::MAX, Duration::MAX);
    let credentials = credentials.build().unwrap();
    assert_eq!(value(&credentials).await, NONE);
    assert_eq!(value(&credentials).await, NONE);
    assert_eq!(broken.asked().len(), 1);
}
