//! What a client sees, directly and through the gateway.

use http::StatusCode;
use serde_json::json;
use tollbar_challenge::{Acceptance, RelayMode};

use crate::{
    PUBLIC, examined, relay,
    server::{BARE, Document, INSERTED, Manner, Server, metadata},
};

const OURS: &str = "https://gw.example/.well-known/oauth-protected-resource/weather";

#[tokio::test]
async fn the_same_way_in_under_another_url() {
    let server = Server::start(Manner::right()).await;
    let examination = relay(&server).build().unwrap().examine().await;
    let direct = examination.directly();
    assert_eq!(direct.url(), &server.url());
    assert_eq!(direct.status(), Some(StatusCode::UNAUTHORIZED));
    let theirs = format!("{}{INSERTED}", server.origin);
    assert_eq!(direct.metadata_url(), Some(&*theirs));
    assert_eq!(direct.resource(), Some(server.url().as_str()));
    assert_eq!(direct.authorization_servers(), [server.origin.as_str()]);
    assert_eq!(direct.acceptance(), &Acceptance::Accepted);

    let through = examination.through(RelayMode::Mirror);
    assert_eq!(through.url().as_str(), PUBLIC);
    assert_eq!(through.status(), Some(StatusCode::UNAUTHORIZED));
    let challenge = format!("Bearer resource_metadata=\"{OURS}\", scope=\"mcp\"");
    assert_eq!(through.challenge(), Some(&*challenge));
    assert_eq!(through.metadata_url(), Some(OURS));
    assert_eq!(through.resource(), Some(PUBLIC));
    assert_eq!(
        through.authorization_servers(),
        direct.authorization_servers()
    );
    assert_eq!(through.acceptance(), &Acceptance::Accepted);

    // Verbatim is why all this is done.
    let through = examination.through(RelayMode::Verbatim);
    assert_eq!(through.challenge(), direct.challenge());
    assert_eq!(through.resource(), direct.resource());
    assert!(matches!(through.acceptance(), Acceptance::Rejected(_)));
}

#[tokio::test]
async fn what_is_missing_is_added_on_the_way() {
    let manner = Manner::right()
        .challenge(None)
        .without(INSERTED)
        .document(BARE, Document::Json(metadata()));
    let examination = examined(manner).await;
    assert_eq!(examination.directly().challenge(), None);
    let through = examination.through(RelayMode::Mirror);
    let challenge = format!("Bearer resource_metadata=\"{OURS}\"");
    assert_eq!(through.challenge(), Some(&*challenge));
    assert_eq!(through.acceptance(), &Acceptance::Accepted);
}

#[tokio::test]
async fn what_is_not_told_is_not_seen() {
    let other = json!("https://other.example/mcp");
    let examination = examined(Manner::right().member("resource", other)).await;
    let direct = examination.directly();
    assert_eq!(direct.resource(), Some("https://other.example/mcp"));
    assert!(matches!(direct.acceptance(), Acceptance::Rejected(_)));
    let through = examination.through(RelayMode::Mirror);
    assert_eq!(through.resource(), None);
    // Clients ask for it, and are refused there.
    assert!(
        through
            .metadata_url()
            .unwrap()
            .starts_with("https://gw.example/")
    );
    let why = "the gateway does not tell the metadata, for what is wrong with it";
    assert_eq!(through.acceptance(), &Acceptance::Rejected(why));

    let examination = examined(Manner::right().challenge(Some("Bearer x=\""))).await;
    let through = examination.through(RelayMode::Mirror);
    assert_eq!(through.status(), Some(StatusCode::BAD_GATEWAY));

    let examination = examined(Manner::right().status(403)).await;
    assert!(matches!(
        examination.directly().acceptance(),
        Acceptance::Rejected(_)
    ));
}

#[tokio::test]
async fn some_clients_compare_texts() {
    let examination = examined(Manner::right().member("resource", json!("ORIGIN"))).await;
    assert!(matches!(
        examination.directly().acceptance(),
        Acceptance::Partly(_)
    ));
    let through = examination.through(RelayMode::Mirror);
    assert_eq!(through.acceptance(), &Acceptance::Accepted);
}

#[tokio::test]
async fn some_clients_stay_on_one_origin() {
    let (server, host) = (Server::start(Manner::right()).await, Manner::right());
    let own =
        json!({ "resource": server.url().as_str(), "authorization_servers": [server.origin] });
    let host = Server::start(host.document("/metadata", Document::Json(own))).await;
    let pointer = format!("Bearer resource_metadata=\"{}/metadata\"", host.origin);
    server.become_like(Manner::right().challenge(Some(&pointer)));
    let relay = relay(&server).allow_origin(host.origin.as_str());
    let examination = relay.build().unwrap().survey(None).await;
    let direct = examination.directly();
    assert_eq!(direct.resource(), Some(server.url().as_str()));
    assert!(
        matches!(direct.acceptance(), Acceptance::Partly(_)),
        "{direct:?}"
    );
    let through = examination.through(RelayMode::Mirror);
    assert_eq!(through.acceptance(), &Acceptance::Accepted);
}
