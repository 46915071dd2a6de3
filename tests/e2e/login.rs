//! Real clients that log their users in at a real authorization server, and what becomes of their tokens.

mod attempts;
mod client;
mod crowd;
mod lifetimes;
mod rust_sdk;
mod scene;

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;
use tollbar_tests::authorization_server::{REGISTRATION, USER};

pub(crate) use self::{
    attempts::Attempts,
    client::{Told, User, log_in},
    scene::Scene,
};
use crate::{
    matrix::{Client, Era},
    reload::client::ask,
};

/// What needs a token with the scope `mcp`, whoever checks it.
const INTROSPECTION: &str =
    "type = \"oauth2\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]";
const SIGNATURE: &str = "type = \"jwt\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]";

/// All clients that log in by themselves.
const CLIENTS: [Client; 8] = [
    Client::TypescriptV1,
    Client::TypescriptV2(Era::Legacy),
    Client::TypescriptV2(Era::Auto),
    Client::Python(Era::Legacy),
    Client::Python(Era::Auto),
    Client::Rmcp(Era::Legacy),
    Client::Rmcp(Era::Auto),
    Client::InspectorTerminal,
];

/// How long a reload may take to be seen.
const TAKES_NOTICE: Duration = Duration::from_secs(20);

/// The client has been in, after one login at this server.
fn assert_in(client: Client, told: &Told, server: &str) {
    let tools = told.tools.as_ref();
    let tools = tools.unwrap_or_else(|| panic!("{client} is not in: {told:#?}"));
    assert_eq!(tools.len(), 15, "{client}: {told:#?}");
    let called = told.called.as_deref().unwrap_or_default();
    assert!(called.contains("42"), "{client}: {told:#?}");
    let [opened] = told.opened.as_slice() else {
        panic!("{client} has opened {:#?}", told.opened);
    };
    let page = format!("{server}/auth?");
    assert!(opened.starts_with(&page), "{client}: {opened}");
    for needed in ["code_challenge_method=S256", "resource=http", "scope=mcp"] {
        assert!(opened.contains(needed), "{client}: no {needed} in {opened}");
    }
}

/// Clients go in pairs: the machine has little more than two processors.
async fn all_log_in(scene: &Scene, client_id: Option<&str>) {
    let (url, server) = (scene.url(), scene.server.issuer());
    for pair in CLIENTS.chunks(2) {
        let told = pair.iter().map(|client| {
            let user = User {
                client_id,
                ..User::with(USER)
            };
            log_in(*client, &url, user)
        });
        for (client, told) in pair.iter().zip(join_all(told).await) {
            assert_in(*client, &told, server);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_registers_itself_and_logs_its_user_in() {
    let scene = Scene::start(&[], "opaque", "", INTROSPECTION).await;
    all_log_in(&scene, None).await;
    let registered = scene.server.count(REGISTRATION).await;
    assert_eq!(registered, CLIENTS.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_that_is_registered_logs_its_user_in() {
    let scene = Scene::start(&["--no-registration"], "jwt", "", SIGNATURE).await;
    let client = scene.server.register_client().await;
    all_log_in(&scene, Some(&client)).await;
    assert_eq!(scene.server.count(REGISTRATION).await, 0);
    scene.introspected(1).await;
    let asked = tollbar_tests::authorization_server::INTROSPECTION;
    let asked = scene.server.count(asked).await;
    assert_eq!(asked, 1, "JWTs need no call but that at the start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_click_through_the_login_and_register_on_the_way() {
    let scene = Scene::start(&[], "opaque", "", INTROSPECTION).await;
    let browsed = |user, sign_up| User {
        sign_up,
        browser: true,
        ..User::with(user)
    };
    for (client, user) in [
        (Client::TypescriptV2(Era::Auto), browsed(USER, false)),
        (
            Client::TypescriptV1,
            browsed(["grace", "hopper-1906"], true),
        ),
    ] {
        let told = log_in(client, &scene.url(), user).await;
        assert_in(client, &told, scene.server.issuer());
    }
    // Who has registered has an account now.
    let again = User::with(["grace", "hopper-1906"]);
    let client = Client::Python(Era::Legacy);
    let told = log_in(client, &scene.url(), again).await;
    assert_in(client, &told, scene.server.issuer());
    let known = scene.gateway.count("\"consumer\":\"grace\"");
    assert!(known > 0, "the log does not know who it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_lets_nobody_in() {
    let scene = Scene::start(&[], "opaque", "", INTROSPECTION).await;
    let told = log_in(
        Client::TypescriptV1,
        &scene.url(),
        User::with(["ada", "byron-1815"]),
    )
    .await;
    let error = told.error.expect("it is in").text;
    assert!(error.contains("name or password is wrong"), "{error}");
}

/// The story, with what is there before and after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_proxy_is_closed_without_a_restart() {
    let scene = Scene::open(&[]).await;
    let url = scene.url();
    let metadata = url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    let status = async |url: &str| reqwest::get(url).await.unwrap().status();
    assert_eq!(ask(&url, &[]).await, 200);
    assert_eq!(status(&metadata).await, 404);
    let told = log_in(Client::Rmcp(Era::Auto), &url, User::default()).await;
    assert_eq!(told.tools.map(|tools| tools.len()), Some(15));
    assert_eq!(told.opened, Vec::<String>::new());

    scene.register("opaque").await;
    scene.plan("", &[INTROSPECTION, "type = \"keyless\""]);
    // Beside keyless nobody has to log in, and whoever wants to can.
    assert_eq!(ask(&url, &[]).await, 200);
    assert_eq!(status(&metadata).await, 200);
    assert_eq!(ask(&url, &[("authorization", "Bearer bad")]).await, 401);

    scene.plan("", &[INTROSPECTION]);
    assert_eq!(ask(&url, &[]).await, 401);
    let told = log_in(Client::Rmcp(Era::Auto), &url, User::with(USER)).await;
    assert_in(Client::Rmcp(Era::Auto), &told, scene.server.issuer());

    // And open again: the metadata goes with the plan.
    scene.plan("", &["type = \"keyless\""]);
    assert_eq!(ask(&url, &[]).await, 200);
    assert_eq!(status(&metadata).await, StatusCode::NOT_FOUND);
}
