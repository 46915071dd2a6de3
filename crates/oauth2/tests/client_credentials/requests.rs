//! What is asked of an endpoint.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::task::JoinSet;
use tollbar_core::{Authorize as _, Exchange};
use tollbar_oauth2::{ClientAuthentication, ClientCredentials};
use url::form_urlencoded;

use crate::endpoint::{TOKEN, issuing, value};

/// Needs encoding in every way, and is not ASCII throughout.
const ID: &str = "gate way:1%\u{e4}";
const SECRET: &str = "s3c:ret+/=&%\u{20ac}";

fn parameters(body: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn id_and_secret_are_encoded_before_they_become_basic() {
    let endpoint = issuing(TOKEN).await;
    let credentials = ClientCredentials::builder(endpoint.url.clone(), ID, SECRET);
    let credentials = credentials.build().unwrap();
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");

    let asked = endpoint.asked().pop().unwrap();
    assert_eq!(asked.line, "POST /oauth2/token");
    assert_eq!(
        asked.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    let shown = asked.headers["authorization"].to_str().unwrap();
    let encoded = STANDARD.decode(shown.strip_prefix("Basic ").unwrap());
    // RFC 6749 section 2.3.1, with the encoding of its appendix B.
    let expected = "gate+way%3A1%25%C3%A4:s3c%3Aret%2B%2F%3D%26%25%E2%82%AC";
    assert_eq!(String::from_utf8(encoded.unwrap()).unwrap(), expected);
    assert_eq!(
        parameters(&asked.body),
        [pair("grant_type", "client_credentials")]
    );
}

#[tokio::test]
async fn id_and_secret_stand_in_the_content_when_that_is_asked_for() {
    let endpoint = issuing(TOKEN).await;
    let credentials = ClientCredentials::builder(endpoint.url.clone(), ID, SECRET)
        .authentication(ClientAuthentication::Post)
        .build()
        .unwrap();
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");
    let asked = endpoint.asked().pop().unwrap();
    assert!(!asked.headers.contains_key("authorization"));
    let expected = [
        pair("grant_type", "client_credentials"),
        pair("client_id", ID),
        pair("client_secret", SECRET),
    ];
    assert_eq!(parameters(&asked.body), expected);
}

#[tokio::test]
async fn what_the_token_is_for_is_said_as_it_was_given() {
    let endpoint = issuing(TOKEN).await;
    let credentials = endpoint
        .builder()
        .scopes(["tools:read", "tools:call"])
        .resource("https://mcp.example")
        .resource("https://mcp.example/a b?c=d")
        .audience("mcp & more")
        .build()
        .unwrap();
    value(&credentials).await.unwrap();
    let asked = endpoint.asked().pop().unwrap();
    let expected = [
        pair("grant_type", "client_credentials"),
        pair("scope", "tools:read tools:call"),
        pair("resource", "https://mcp.example"),
        pair("resource", "https://mcp.example/a b?c=d"),
        pair("audience", "mcp & more"),
    ];
    assert_eq!(parameters(&asked.body), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_ask_once() {
    let endpoint = issuing(TOKEN).await;
    let credentials = endpoint.builder().build().unwrap();
    let mut requests = JoinSet::new();
    for _ in 0..1000 {
        let credentials = credentials.clone();
        requests.spawn(async move { value(&credentials).await });
    }
    for value in requests.join_all().await {
        assert_eq!(value.unwrap(), "Bearer issued-token");
    }
    assert_eq!(endpoint.asked().len(), 1);
}

#[tokio::test]
async fn a_token_that_was_refused_is_asked_for_anew() {
    let endpoint = issuing(TOKEN).await;
    let credentials = endpoint.builder().build().unwrap();
    let exchange = Exchange::new();
    let value = credentials.authorize(&exchange).await.unwrap();
    assert!(credentials.refused(&exchange, &value));
    credentials.authorize(&exchange).await.unwrap();
    assert_eq!(endpoint.asked().len(), 2);
    // The endpoint gives the same one again, which is not good any more.
    assert!(!credentials.refused(&exchange, &value));
    credentials.authorize(&exchange).await.unwrap();
    assert_eq!(endpoint.asked().len(), 2);
}
