//! Settings that cannot work, and those that can.

use std::time::Duration;

use tollbar_oauth2::{AuthorizationServer, AuthorizationServerBuilder};

use crate::{
    asking::{Asking, ann},
    scripted::{Scripted, active},
};

fn server(issuer: &str) -> AuthorizationServerBuilder {
    AuthorizationServer::builder(issuer)
}

#[track_caller]
fn fails(builder: AuthorizationServerBuilder, words: &str) {
    let error = builder.build().unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn an_issuer_is_a_url_without_query_and_fragment() {
    for issuer in [
        "https://login.example",
        "https://login.example/",
        "https://login.example/a/b",
        "https://LOGIN.example:443/",
        "http://127.0.0.1:9000/a",
        "http://localhost:9000",
    ] {
        assert_eq!(server(issuer).build().unwrap().issuer(), issuer);
    }
    fails(server(""), "is no absolute URL");
    fails(server("login.example"), "is no absolute URL");
    fails(server("/tenant"), "is no absolute URL");
    fails(server("https://login.example?a=s3cret"), "has a query");
    fails(server("https://login.example/?"), "has a query");
    fails(server("https://login.example#s3cret"), "fragment");
    fails(server(" https://login.example"), "has spaces");
    fails(server("https://login.example\n"), "has spaces");
    fails(
        server("https://a:s3cret@login.example"),
        "user name or password",
    );
    fails(server("ftp://login.example"), "`ftp`");
    fails(server("http://login.example"), "plain `http`");
    assert!(
        server("http://login.example")
            .allow_plain_http(true)
            .build()
            .is_ok()
    );
}

#[test]
fn bounds_that_cannot_work_are_named() {
    let server = || server("https://login.example");
    fails(server().client("", "s3cret"), "`client_id` is empty");
    fails(server().client("gateway", ""), "`client_secret` is empty");
    fails(server().timeout(Duration::ZERO), "`timeout` is zero");
    fails(
        server().retry(Duration::ZERO, Duration::MAX),
        "`retry` is zero",
    );
    fails(
        server().retry(Duration::MAX, Duration::ZERO),
        "`retry` is zero",
    );
    fails(
        server().metadata_lifetime(Duration::ZERO),
        "`metadata_lifetime` is zero",
    );
    fails(server().answer_limit(0), "`answer_limit` is 0");
    fails(server().document_limit(0), "`document_limit` is 0");
    fails(server().in_flight(0), "`in_flight` is 0");
    fails(server().failures(0), "`failures` is 0");
    fails(server().ca_pem("s3cret"), "no certificate in the CA file");
    let plain: url::Url = "http://login.example/x".parse().unwrap();
    fails(
        server().introspection_endpoint(plain.clone()),
        "plain `http`",
    );
    fails(server().jwks_uri(plain), "plain `http`");
}

#[tokio::test]
async fn settings_that_mean_never_are_no_overflow() {
    let scripted = Scripted::answering(active()).await;
    let built = scripted
        .builder()
        .timeout(Duration::MAX)
        .retry(Duration::MAX, Duration::MAX)
        .metadata_lifetime(Duration::MAX)
        .failures(u32::MAX)
        .in_flight(usize::MAX)
        .answer_limit(usize::MAX)
        .document_limit(usize::MAX)
        .build();
    let asking = Asking::new(built.unwrap());
    assert_eq!(asking.ask().await, ann());
    assert_eq!(asking.ask().await, ann());
}

#[tokio::test]
async fn an_address_inside_may_be_configured() {
    let scripted = Scripted::answering(active()).await;
    let endpoint = format!("{}/tenant/introspect", scripted.origin);
    let built = server("https://login.example")
        .client("gateway", "s3cret")
        .introspection_endpoint(endpoint.parse().unwrap())
        .build();
    assert_eq!(Asking::new(built.unwrap()).ask().await, ann());
    assert_eq!(scripted.paths(), ["/tenant/introspect"]);
}
