//! What is found at the authorization server.

use serde_json::{Value, json};
use tollbar_challenge::RelayMode;
use tollbar_fetch::Outcome;

use crate::{
    examined, relay,
    server::{Document, LOGIN, Manner, Server, login},
    step,
};

const STEP: &str = "authorization_server_metadata";

#[tokio::test]
async fn what_keeps_clients_from_logging_in() {
    for (name, value, outcome, found) in [
        (
            "issuer",
            json!("https://x.example"),
            Outcome::Failed,
            "another issuer",
        ),
        (
            "issuer",
            json!("ORIGIN/"),
            Outcome::Failed,
            "another issuer",
        ),
        (
            "token_endpoint",
            Value::Null,
            Outcome::Failed,
            "no `token_endpoint`",
        ),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            Outcome::Warning,
            "PKCE with `S256`",
        ),
        (
            "registration_endpoint",
            Value::Null,
            Outcome::Warning,
            "cannot register",
        ),
        (
            "x",
            json!(1),
            Outcome::Passed,
            "clients register themselves",
        ),
    ] {
        let mut document = login();
        document[name] = value.clone();
        let manner = Manner::right().document(LOGIN, Document::Json(document));
        let examination = examined(manner).await;
        let step = step(&examination, STEP);
        assert_eq!(step.outcome(), outcome, "{name} {value}: {}", step.found());
        assert!(step.found().contains(found), "{}", step.found());
        // It is not the server's fault, nor the gateway's.
        assert_eq!(examination.fits(), Some(RelayMode::Mirror), "{name}");
    }
}

#[tokio::test]
async fn a_document_of_the_client_is_a_registration() {
    let mut document = login();
    document["registration_endpoint"] = Value::Null;
    document["client_id_metadata_document_supported"] = json!(true);
    let examination = examined(Manner::right().document(LOGIN, Document::Json(document))).await;
    let step = step(&examination, STEP);
    assert_eq!(step.outcome(), Outcome::Passed);
    assert!(step.found().contains("show a document"), "{}", step.found());
}

#[tokio::test]
async fn openid_metadata_will_do() {
    for (issuer, path) in [
        ("ORIGIN", "/.well-known/openid-configuration"),
        ("ORIGIN/a", "/.well-known/oauth-authorization-server/a"),
        ("ORIGIN/a", "/.well-known/openid-configuration/a"),
        ("ORIGIN/a", "/a/.well-known/openid-configuration"),
    ] {
        let mut document = login();
        document["issuer"] = json!(issuer);
        let manner = Manner::right()
            .without(LOGIN)
            .member("authorization_servers", json!([issuer]))
            .document(path, Document::Json(document));
        let examination = examined(manner).await;
        let step = step(&examination, STEP);
        assert_eq!(step.outcome(), Outcome::Passed, "{path}: {}", step.found());
        assert!(step.found().contains(path), "{}", step.found());
    }
}

#[tokio::test]
async fn a_silent_authorization_server_is_told() {
    let examination = examined(Manner::right().without(LOGIN)).await;
    let step = step(&examination, STEP);
    assert_eq!(step.outcome(), Outcome::Failed);
    assert!(
        step.found()
            .contains("404 at `/.well-known/openid-configuration`"),
        "{}",
        step.found()
    );
}

#[tokio::test]
async fn who_does_not_answer_is_not_asked_again() {
    let server = Server::start(Manner::right().document(LOGIN, Document::Silence)).await;
    let examination = relay(&server).build().unwrap().survey(None).await;
    let found = step(&examination, STEP).found();
    assert!(found.contains("no answer in time"), "{found}");
    let asked = server.requests();
    assert!(
        !asked
            .iter()
            .any(|line| line.contains("openid-configuration")),
        "{asked:?}"
    );
}
