//! Each thing that a server can do wrong in its answer to a client without a token.

use tollbar_challenge::{RelayMode, RelayedResource};
use tollbar_fetch::Outcome;

use crate::{
    PUBLIC, ended, examined, relay,
    server::{INSERTED, LOGIN, Manner, Server},
    step,
};

const MIRROR: Option<RelayMode> = Some(RelayMode::Mirror);

#[tokio::test]
async fn a_server_that_does_well_has_nothing_to_be_said_of() {
    let examination = examined(Manner::right()).await;
    let names: Vec<_> = examination.steps().iter().map(|step| step.name()).collect();
    assert_eq!(
        names,
        [
            "refusal",
            "challenge",
            "pointer",
            "metadata",
            "resource",
            "authorization_servers",
            "bound_tokens",
            "authorization_server_metadata",
            "audience",
            "mode",
        ]
    );
    assert_eq!(examination.outcome(), Outcome::Passed, "{examination:#?}");
    assert_eq!(examination.fits(), MIRROR);
}

/// The answers to a client without a token that keep every client out.
#[tokio::test]
async fn a_server_without_401_is_told_what_it_does_instead() {
    for (status, found, fix) in [
        (403, "it refuses with 403 where 401 belongs", "firewall"),
        (500, "it fails where 401 belongs", "the server's log"),
        (404, "there is no MCP endpoint at this URL", "the whole URL"),
        (
            400,
            "it refuses in another way than with 401",
            "before the message",
        ),
        (503, "it is too busy to answer", "later"),
    ] {
        let examination = examined(Manner::right().status(status)).await;
        let step = step(&examination, "refusal");
        assert_eq!(step.outcome(), Outcome::Failed, "{status}");
        let told = format!("{status} for `initialize`, {status} for `server/discover`");
        assert!(step.found().starts_with(found), "{}", step.found());
        assert!(step.found().ends_with(&told), "{}", step.found());
        assert!(step.fix().unwrap().contains(fix), "{:?}", step.fix());
        assert_eq!(examination.fits(), None, "{status}");
    }
    // Where nothing is, nothing is missing.
    let nowhere = Manner::right().status(404).without(INSERTED).without(LOGIN);
    let examination = examined(nowhere).await;
    assert_eq!(ended(&examination, Outcome::Failed), ["refusal", "mode"]);
    let mut manner = Manner::right().status(302);
    manner.refusal.1 = vec!["location: https://login.example/who?secret=1".to_owned()];
    let examination = examined(manner).await;
    let step = step(&examination, "refusal");
    assert!(step.found().starts_with("it redirects"), "{}", step.found());
    assert!(
        step.fix()
            .unwrap()
            .contains("to `https://login.example/who`:"),
        "{:?}",
        step.fix()
    );
    assert_eq!(examination.fits(), None);
}

#[tokio::test]
async fn a_server_that_lets_everybody_in_needs_no_relay() {
    let open = Manner::right().status(200).without(INSERTED).without(LOGIN);
    let examination = examined(open).await;
    let found = step(&examination, "refusal");
    assert_eq!(found.outcome(), Outcome::Failed);
    assert!(
        found
            .found()
            .starts_with("the server asks nobody for a token: 200")
    );
    assert!(found.fix().unwrap().contains("leave `[proxy.relay]` out"));
    assert_eq!(ended(&examination, Outcome::Failed), ["refusal", "mode"]);
    assert_eq!(examination.fits(), None);
    // With metadata it means to ask for one.
    let examination = examined(Manner::right().status(200)).await;
    assert_eq!(step(&examination, "refusal").outcome(), Outcome::Warning);
    assert_eq!(examination.fits(), MIRROR);
}

#[tokio::test]
async fn a_session_that_was_opened_is_closed() {
    let mut manner = Manner::right().status(200);
    manner.refusal.1 = vec!["mcp-session-id: abc".to_owned()];
    let server = Server::start(manner).await;
    relay(&server).build().unwrap().examine().await;
    let end = "DELETE /mcp HTTP/1.1".to_owned();
    assert!(server.requests().contains(&end));
    // Who is refused has opened none.
    let mut manner = Manner::right();
    manner.refusal.1.push("mcp-session-id: abc".to_owned());
    let server = Server::start(manner).await;
    relay(&server).build().unwrap().examine().await;
    assert!(!server.requests().contains(&end));
}

#[tokio::test]
async fn one_era_may_be_unknown_but_not_let_in() {
    let mut manner = Manner::right();
    manner.discover = Some(400);
    let examination = examined(manner.clone()).await;
    assert_eq!(examination.outcome(), Outcome::Passed, "{examination:#?}");
    manner.discover = Some(200);
    let examination = examined(manner).await;
    assert_eq!(ended(&examination, Outcome::Warning), ["refusal"]);
    assert_eq!(examination.fits(), MIRROR);
}

#[tokio::test]
async fn nobody_there_is_one_failure_and_no_more() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    drop(listener);
    let relay = RelayedResource::builder(PUBLIC.parse().unwrap(), url.parse().unwrap());
    let examination = relay.build().unwrap().survey(None).await;
    assert_eq!(ended(&examination, Outcome::Failed), ["refusal", "mode"]);
    let brief = step(&examination, "refusal").brief();
    assert_eq!(brief, "connection refused");
    assert_eq!(examination.fits(), None);
}

#[tokio::test]
async fn challenges_that_clients_cannot_use() {
    let pointer = format!("resource_metadata=\"ORIGIN{INSERTED}\"");
    for (challenge, outcome, found, fits) in [
        (
            None,
            Outcome::Warning,
            "the MCP server answers 401 without a challenge",
            MIRROR,
        ),
        (
            Some(format!("Basic realm=\"x\", Bearer {pointer}")),
            Outcome::Warning,
            "`Basic` stands before `Bearer`",
            MIRROR,
        ),
        (
            Some("Basic realm=\"x\"".to_owned()),
            Outcome::Failed,
            "it asks for `Basic`, and MCP clients log in for `Bearer` only",
            None,
        ),
        (
            Some(format!("DPoP {pointer}")),
            Outcome::Failed,
            "the MCP server takes tokens with a proof of possession only",
            None,
        ),
        (
            Some("Bearer realm=\"x".to_owned()),
            Outcome::Failed,
            "the challenge of the MCP server cannot be read: `WWW-Authenticate`",
            None,
        ),
        (
            Some(format!("Bearer error=\"invalid_token\", {pointer}")),
            Outcome::Passed,
            "`Bearer` with the error `invalid_token`",
            MIRROR,
        ),
    ] {
        let examination = examined(Manner::right().challenge(challenge.as_deref())).await;
        let step = step(&examination, "challenge");
        assert_eq!(step.outcome(), outcome, "{challenge:?}: {}", step.found());
        assert!(step.found().starts_with(found), "{}", step.found());
        assert_eq!(examination.fits(), fits, "{challenge:?}");
    }
    let mut two = Manner::right();
    two.refusal
        .1
        .push("www-authenticate: Basic realm=\"x\"".to_owned());
    let examination = examined(two).await;
    let found = step(&examination, "challenge").found();
    assert!(found.contains("in several lines"), "{found}");
}

#[tokio::test]
async fn a_pointer_that_is_missing_or_leads_elsewhere() {
    let examination = examined(Manner::right().challenge(Some("Bearer realm=\"x\""))).await;
    let pointer = step(&examination, "pointer");
    assert_eq!(pointer.outcome(), Outcome::Warning);
    assert!(
        pointer.found().contains("no `resource_metadata`"),
        "{}",
        pointer.found()
    );
    assert_eq!(step(&examination, "metadata").outcome(), Outcome::Passed);
    assert_eq!(examination.fits(), MIRROR);

    for (url, found, fix) in [
        (
            "https://elsewhere.example/metadata",
            "`https://elsewhere.example`",
            "`metadata_origins`",
        ),
        ("file:///etc/passwd", "", ""),
        ("http://user:hunter2@127.0.0.1/metadata", "", ""),
        ("not a url", "", ""),
    ] {
        let challenge = format!("Bearer resource_metadata=\"{url}\"");
        let examination = examined(Manner::right().challenge(Some(&challenge))).await;
        let pointer = step(&examination, "pointer");
        assert_eq!(pointer.outcome(), Outcome::Warning, "{url}");
        assert!(pointer.found().contains(found), "{}", pointer.found());
        assert!(pointer.fix().unwrap().contains(fix), "{:?}", pointer.fix());
        assert!(!pointer.found().contains("hunter2"), "{}", pointer.found());
        assert_eq!(examination.fits(), MIRROR, "{url}");
    }
}
