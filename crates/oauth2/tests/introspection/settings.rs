//! Settings that cannot work, and those that can.

use std::time::Duration;

use tollbar_oauth2::{AuthorizationServer, Introspection, IntrospectionBuilder, OAuth2Error};
use tollbar_plan::{Credential, Fit, Plan as _, Source};

fn builder() -> IntrospectionBuilder {
    let server = AuthorizationServer::builder("https://login.example")
        .client("gateway", "s3cret")
        .build()
        .unwrap();
    Introspection::builder(server)
}

#[test]
fn whom_tokens_are_for_has_to_be_said() {
    assert!(matches!(builder().build(), Err(OAuth2Error::NoAudience)));
    assert!(matches!(
        builder().audience("").build(),
        Err(OAuth2Error::Empty("audience"))
    ));
    assert!(builder().audience("https://gw.example/mcp").build().is_ok());
    assert!(builder().any_audience().build().is_ok());
}

#[test]
fn the_server_needs_a_client() {
    let server = AuthorizationServer::builder("https://login.example")
        .build()
        .unwrap();
    let built = Introspection::builder(server).any_audience().build();
    assert!(matches!(built, Err(OAuth2Error::NoClient)));
}

#[test]
fn scopes_are_scopes() {
    for scope in ["", "a b", "a\"", "a\\b", "\u{e9}", "a\r\nb"] {
        let built = builder().any_audience().scopes(["mcp", scope]).build();
        assert!(matches!(built, Err(OAuth2Error::Scope(it)) if it == scope));
    }
}

#[test]
fn a_verdict_needs_time() {
    let built = builder().any_audience().cache_ttl(Duration::ZERO).build();
    assert!(matches!(built, Err(OAuth2Error::ZeroTime("cache_ttl"))));
    // And may have too much of it.
    let plan = builder()
        .any_audience()
        .cache_ttl(Duration::MAX)
        .skew(Duration::MAX);
    assert!(plan.negative_ttl(Duration::MAX).build().is_ok());
}

#[test]
fn the_form_says_whose_a_token_is() {
    let plan = builder().any_audience().name("login").build().unwrap();
    assert_eq!(plan.name(), "login");
    assert_eq!(plan.source(), Source::Authorization);
    // {"alg":"ES256"} . {"iss":"https://login.example"}
    let own = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUifQ.c2ln";
    // {"alg":"ES256"} . {"iss":"https://login.example/"}
    let other = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUvIn0.c2ln";
    for (token, fit) in [
        (own, Fit::Certain),
        (other, Fit::Possible),
        ("2YotnFZFEjr1zCsicMWpAA", Fit::Possible),
        ("a.b.c", Fit::Possible),
    ] {
        assert_eq!(plan.fit(&Credential::Token(token)), fit, "{token}");
    }
    assert_eq!(plan.fit(&Credential::Nothing), Fit::No);
}
