//! Which mode fits which server.

use std::convert::Infallible;

use http::{Request, Response, header::WWW_AUTHENTICATE};
use serde_json::json;
use tollbar_challenge::{
    ChallengeLayer,
    RelayMode::{Mirror, Synthesised, Verbatim},
};
use tollbar_core::Body;
use tollbar_fetch::Outcome;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::{
    PUBLIC, examined, relay,
    server::{Document, INSERTED, LOGIN, Manner, Server, login, metadata},
    step,
};

#[tokio::test]
async fn an_old_server_is_synthesised() {
    let old = Manner::right().without(INSERTED).challenge(Some("Bearer"));
    let examination = examined(old.clone()).await;
    assert_eq!(examination.fits(), Some(Synthesised));
    assert!(examination.works(Synthesised) && !examination.works(Mirror));
    assert!(examination.outcome() < Outcome::Failed, "{examination:#?}");
    assert!(step(&examination, "mode").found().contains("`synthesised`"));
    let through = examination.through(Synthesised);
    assert_eq!(through.resource(), Some(PUBLIC));

    // A document of somebody else is none.
    let mut foreign = login();
    foreign["issuer"] = json!("https://login.example");
    let examination = examined(old.clone().document(LOGIN, Document::Json(foreign))).await;
    assert_eq!(examination.fits(), None);
    let found = step(&examination, "metadata").found();
    assert!(
        found.contains("is of another server: `issuer` is `https://login.example`"),
        "{found}"
    );
    let mut half = login();
    half["token_endpoint"] = json!(null);
    let examination = examined(old.document(LOGIN, Document::Json(half))).await;
    assert_eq!(examination.fits(), None);
}

#[tokio::test]
async fn authorization_servers_can_be_configured() {
    let bare = Manner::right()
        .without(INSERTED)
        .without(LOGIN)
        .challenge(None);
    let server = Server::start(bare).await;
    let relay = relay(&server)
        .mode(Synthesised)
        .authorization_server("https://login.example")
        .build()
        .unwrap();
    let examination = relay.examine().await;
    assert_eq!(examination.fits(), Some(Synthesised), "{examination:#?}");
    let through = examination.through(Synthesised);
    assert_eq!(through.authorization_servers(), ["https://login.example"]);
}

#[tokio::test]
async fn a_front_door_is_verbatim() {
    for resource in [PUBLIC.to_owned(), format!("{PUBLIC}/")] {
        let server = Server::start(Manner::right().member("resource", json!(resource))).await;
        let examination = relay(&server).build().unwrap().survey(None).await;
        assert_eq!(
            examination.fits(),
            Some(Verbatim),
            "{resource}: {examination:#?}"
        );
        assert!(examination.outcome() < Outcome::Failed, "{examination:#?}");
        assert!(!examination.works(Mirror));
        // A gateway that knows so may mirror it all the same.
        let relay = relay(&server)
            .identifier(PUBLIC.parse().unwrap())
            .build()
            .unwrap();
        let examination = relay.examine().await;
        assert_eq!(examination.fits(), Some(Verbatim));
        assert!(examination.works(Mirror));
    }
}

#[tokio::test]
async fn bound_tokens_pass_a_front_door_only() {
    let mut own = metadata();
    own["resource"] = json!(PUBLIC);
    own["dpop_bound_access_tokens_required"] = json!(true);
    let examination = examined(Manner::right().document(INSERTED, Document::Json(own))).await;
    assert_eq!(
        step(&examination, "bound_tokens").outcome(),
        Outcome::Warning
    );
    assert_eq!(examination.fits(), Some(Verbatim));
}

#[tokio::test]
async fn a_pointer_to_the_gateway_itself_is_not_followed() {
    let challenge = format!("Bearer resource_metadata=\"https://gw.example{INSERTED}\"");
    let manner = Manner::right()
        .member("resource", json!(PUBLIC))
        .challenge(Some(&challenge));
    let server = Server::start(manner).await;
    for identifier in [None, Some(PUBLIC)] {
        let mut relay = relay(&server);
        if let Some(identifier) = identifier {
            relay = relay.identifier(identifier.parse().unwrap());
        }
        let examination = relay.build().unwrap().survey(None).await;
        assert_eq!(
            examination.fits(),
            Some(Verbatim),
            "{identifier:?}: {examination:#?}"
        );
        assert_eq!(
            examination.outcome(),
            Outcome::Passed,
            "{identifier:?}: {examination:#?}"
        );
    }
}

/// A gateway that is the server's front door, and told so, must not ask itself for what it is asked.
#[tokio::test]
async fn the_layer_does_not_follow_a_pointer_to_itself() {
    let door = Manner::right().member("resource", json!(PUBLIC));
    let server = Server::start(door).await;
    let challenge = format!("Bearer resource_metadata=\"https://gw.example{INSERTED}\"");
    let service = service_fn(move |_: Request<Body>| {
        let refused = Response::builder().status(401);
        let refused = refused.header(WWW_AUTHENTICATE, &challenge);
        std::future::ready(Ok::<_, Infallible>(refused.body(Body::empty()).unwrap()))
    });
    let relay = relay(&server).identifier(PUBLIC.parse().unwrap());
    let relay = relay.mode(Verbatim).build().unwrap();
    let stack = ChallengeLayer::relayed(&relay).layer(service);
    let request = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let refused = stack.clone().oneshot(request("/weather")).await.unwrap();
    assert_eq!(refused.status(), 401);
    let metadata = "/.well-known/oauth-protected-resource/weather";
    let metadata = stack.oneshot(request(metadata)).await.unwrap();
    assert_eq!(metadata.status(), 200);
    assert_eq!(server.requests(), [format!("GET {INSERTED} HTTP/1.1")]);
}

#[tokio::test]
async fn a_mode_that_does_not_fit_fails() {
    let server = Server::start(Manner::right()).await;
    for (mode, outcome) in [(Mirror, Outcome::Passed), (Verbatim, Outcome::Failed)] {
        let examination = relay(&server).mode(mode).build().unwrap().examine().await;
        assert_eq!(examination.fits(), Some(Mirror));
        assert_eq!(step(&examination, "mode").outcome(), outcome, "{mode}");
        assert_eq!(examination.works(mode), outcome == Outcome::Passed);
    }
}

#[tokio::test]
async fn each_examination_asks_anew() {
    let server = Server::start(Manner::right()).await;
    let relay = relay(&server).build().unwrap();
    relay.examine().await;
    let first = server.requests().len();
    relay.examine().await;
    assert_eq!(server.requests().len(), 2 * first);
    assert!(first <= 10, "{:#?}", server.requests());
    // Only a person asks the authorization server.
    let asked = |path: &str| server.requests().iter().any(|line| line.contains(path));
    assert!(!asked(LOGIN));
    relay.survey(None).await;
    assert!(asked(LOGIN));
}
