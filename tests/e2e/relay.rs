//! An MCP server that judges its tokens itself, behind a gateway on another origin.
//!
//! How every client gets in is told by `relay_matrix`.

mod access;
mod curl;
mod scene;
mod session;

use futures_util::future::join_all;
use serde_json::json;
use tollbar_tests::authorization_server::USER;

pub(crate) use self::scene::Scene;
use self::session::Session;
use crate::{
    login::{User, log_in},
    matrix::{Client, Era},
};

/// All clients that log in by themselves, in pairs: the machine has little more than two processors.
const PAIRS: [[Client; 2]; 4] = [
    [Client::TypescriptV1, Client::TypescriptV2(Era::Legacy)],
    [Client::TypescriptV2(Era::Auto), Client::Python(Era::Legacy)],
    [Client::Python(Era::Auto), Client::Rmcp(Era::Legacy)],
    [Client::Rmcp(Era::Auto), Client::InspectorTerminal],
];

/// The server answers one call with 403, and the session goes on with the token that was got for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_step_up_through_the_gateway() {
    for options in [&["--stepup"][..], &["--stepup", "--challenge", "paragraph"]] {
        let scene = Scene::start(options, "[proxy.relay]").await;
        // Registered for all scopes: whoever registers itself asks for those of the first challenge alone.
        let id = scene.login.register_client().await;
        let user = User {
            client_id: Some(&id),
            further: Some("report"),
            ..User::with(USER)
        };
        for pair in PAIRS {
            let told = join_all(pair.map(|client| log_in(client, scene.url(), user))).await;
            for (client, told) in pair.iter().zip(told) {
                let further = told.further.as_deref();
                assert_eq!(further, Some("All is well."), "{client}: {told:#?}");
                let [first, second] = told.opened.as_slice() else {
                    panic!("{client} has opened {:#?}", told.opened);
                };
                let resource = scene.url().replace(':', "%3A").replace('/', "%2F");
                for opened in [first, second] {
                    assert!(opened.contains(&resource), "{client}: {opened}");
                }
                assert!(!first.contains("reports"), "{client}: {first}");
                assert!(second.contains("reports"), "{client}: {second}");
            }
        }
    }
}

/// Tokens that end while their client is connected are renewed at their own server, without a login.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_go_on_when_clients_renew_their_tokens() {
    let user = User {
        further: Some("report"),
        pause: Some("4"),
        ..User::with(USER)
    };
    // These get a token with which they can do so: they ask for `offline_access`, and for consent with it.
    let all = [
        Client::TypescriptV2(Era::Legacy),
        Client::Python(Era::Legacy),
    ];
    join_all(all.map(async |client| {
        let scene = Scene::start(&[], "[proxy.relay]").await;
        let short = json!({ "identifier": scene.url(), "lifetime": 2 });
        scene.login.register(&short).await;
        let told = log_in(client, scene.url(), user).await;
        let further = told.further.as_deref();
        assert_eq!(further, Some("All is well."), "{client}: {told:#?}");
        assert_eq!(told.opened.len(), 1, "{client}: {:#?}", told.opened);
        assert!(
            scene.login.count("/token").await > 1,
            "{client} has not renewed it"
        );
        scene.gateway.hear("\"subject\":\"report\"");
        let said = scene.gateway.running.said();
        let begun = said.lines().filter(|line| {
            line.contains("\"method\":\"initialize\"") && line.contains("\"status\":200")
        });
        assert_eq!(begun.count(), 1, "{client} begins anew: {said}");
    }))
    .await;
}
