//! Each thing that can be wrong with metadata.

use serde_json::json;
use tollbar_challenge::RelayMode;
use tollbar_fetch::Outcome;

use crate::{
    examined, relay,
    server::{BARE, Document, INSERTED, LOGIN, Manner, Server, metadata},
    step,
};

const MIRROR: Option<RelayMode> = Some(RelayMode::Mirror);

#[tokio::test]
async fn metadata_at_each_of_its_places() {
    let nowhere = Manner::right().without(INSERTED).challenge(Some("Bearer"));
    let at_root = nowhere.clone().document(BARE, Document::Json(metadata()));
    let examination = examined(at_root).await;
    let found = step(&examination, "metadata").found();
    assert!(found.contains(BARE), "{found}");
    assert_eq!(examination.fits(), MIRROR);
    let examination = examined(nowhere.without(LOGIN)).await;
    let metadata = step(&examination, "metadata");
    assert_eq!(metadata.outcome(), Outcome::Failed);
    assert!(metadata.found().contains("404"), "{}", metadata.found());
    assert_eq!(step(&examination, "resource").outcome(), Outcome::Skipped);
    assert_eq!(examination.fits(), None);
}

#[tokio::test]
async fn metadata_that_is_not_where_the_challenge_says() {
    let challenge = "Bearer resource_metadata=\"ORIGIN/nothing\"";
    let examination = examined(Manner::right().challenge(Some(challenge))).await;
    let metadata = step(&examination, "metadata");
    assert_eq!(metadata.outcome(), Outcome::Warning);
    assert!(metadata.found().contains("not where the challenge says"));
    assert_eq!(examination.fits(), MIRROR);
}

#[tokio::test]
async fn metadata_that_cannot_be_told() {
    let large = format!(
        "HTTP/1.1 200 x\r\nconnection: close\r\n\r\n{}",
        "x".repeat(3000)
    );
    let gzip = "HTTP/1.1 200 x\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n{}";
    let moved =
        "HTTP/1.1 302 x\r\nlocation: https://elsewhere.example/\r\nconnection: close\r\n\r\n";
    for (document, what) in [
        (Document::Raw(large), "large"),
        (Document::Raw(gzip.to_owned()), "encoded"),
        (Document::Raw(moved.to_owned()), "redirect"),
        (
            Document::Raw("HTTP/1.1 200 x\r\nconnection: close\r\n\r\nnot json".to_owned()),
            "JSON",
        ),
        (
            Document::Raw("HTTP/1.1 500 x\r\nconnection: close\r\n\r\n".to_owned()),
            "500",
        ),
        (Document::Silence, "within"),
    ] {
        let examination = examined(Manner::right().document(INSERTED, document)).await;
        let metadata = step(&examination, "metadata");
        assert_eq!(metadata.outcome(), Outcome::Failed, "{what}");
        assert!(
            metadata.found().contains(what),
            "{what}: {}",
            metadata.found()
        );
        assert!(metadata.fix().is_some(), "{what}");
        assert_eq!(examination.fits(), None, "{what}");
    }
}

#[tokio::test]
async fn members_that_cannot_be_told() {
    for (name, value, at, found) in [
        (
            "resource",
            json!("https://other.example/mcp"),
            "resource",
            "`https://other.example/mcp`",
        ),
        ("resource", json!(null), "resource", "`resource`"),
        (
            "authorization_servers",
            json!([]),
            "authorization_servers",
            "`authorization_servers`",
        ),
        (
            "authorization_servers",
            json!("x"),
            "authorization_servers",
            "`authorization_servers`",
        ),
        (
            "authorization_servers",
            json!(["http://login.example"]),
            "authorization_servers",
            "`http://login.example`",
        ),
        (
            "dpop_bound_access_tokens_required",
            json!(true),
            "bound_tokens",
            "`dpop_bound_access_tokens_required`",
        ),
        (
            "tls_client_certificate_bound_access_tokens",
            json!(true),
            "bound_tokens",
            "`tls_client_certificate_bound_access_tokens`",
        ),
    ] {
        let examination = examined(Manner::right().member(name, value.clone())).await;
        let step = step(&examination, at);
        assert_eq!(
            step.outcome(),
            Outcome::Failed,
            "{name} {value}: {examination:#?}"
        );
        assert!(step.found().contains(found), "{}", step.found());
        assert!(step.fix().is_some(), "{name}");
        assert_eq!(examination.fits(), None, "{name} {value}");
        // Nobody is asked who is not named as somebody to log in at.
        let login = crate::step(&examination, "authorization_server_metadata");
        let is_asked = login.outcome() != Outcome::Skipped;
        assert_eq!(is_asked, at != "authorization_servers", "{name} {value}");
    }
}

#[tokio::test]
async fn a_mismatch_says_both_urls_and_the_fix() {
    let server =
        Server::start(Manner::right().member("resource", json!("https://own.example/a"))).await;
    let examination = relay(&server).build().unwrap().survey(None).await;
    let found = step(&examination, "resource");
    assert!(
        found.found().contains("`https://own.example/a`"),
        "{}",
        found.found()
    );
    assert!(
        found.found().contains(&format!("`{}`", server.url())),
        "{}",
        found.found()
    );
    let fix = found.fix().unwrap();
    assert!(
        fix.contains("set `identifier`") && fix.contains("`https://own.example/a`"),
        "{fix}"
    );
    // A log does not have the path by which the gateway reaches the server: it may be a secret.
    let examination = relay(&server).build().unwrap().examine().await;
    let logged = step(&examination, "resource").found();
    assert!(logged.contains("`https://own.example/a`"), "{logged}");
    assert!(!logged.contains(server.url().path()), "{logged}");
    // And what it says helps.
    let identifier = "https://own.example/a".parse().unwrap();
    let relay = relay(&server).identifier(identifier).build().unwrap();
    assert_eq!(relay.examine().await.fits(), MIRROR);
}
