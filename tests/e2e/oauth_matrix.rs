//! What every client shows of every access token, as `docs/clients-oauth.md` says.
//!
//! Each client comes with a token that it has kept, through a relay that writes down what it asks for. Nobody
//! sits before it: where it opens a login, that is what it shows. The tables of the page are what was seen; when
//! they differ, the test prints the new ones.

mod page;
mod token;

use http::StatusCode;
use tollbar_tests::authorization_server::Fault;

use self::{
    page::Page,
    token::{Kind, Token},
};
use crate::{
    login::{Attempts, Scene, Told},
    matrix::{Client, ENDPOINT, Era, Exchange, Relay},
};

/// The clients, in the order of the page.
const LIBRARIES: [Client; 7] = [
    Client::TypescriptV1,
    Client::TypescriptV2(Era::Legacy),
    Client::TypescriptV2(Era::Auto),
    Client::Python(Era::Legacy),
    Client::Python(Era::Auto),
    Client::Rmcp(Era::Legacy),
    Client::Rmcp(Era::Auto),
];
const PROGRAMS: [Client; 1] = [Client::InspectorTerminal];

/// Every failure counts alone: none is answered without asking because there were others before it.
const SERVER: &str = "timeout = \"500ms\"\nfailures = 1000";

const PLANS: [&str; 2] = [
    "type = \"jwt\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]",
    "type = \"oauth2\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_what_every_client_shows() {
    // The Inspector starts anew for each token, and takes as long as all others together.
    let (libraries, programs) = tokio::join!(chapter(&LIBRARIES), chapter(&PROGRAMS));
    let page = libraries.and(programs);
    page.unwrap_or_else(|wrong| panic!("{wrong}")).compare();
}

/// All cells of these clients.
async fn chapter(clients: &[Client]) -> Page {
    let scene = Scene::open(&[]).await;
    let relay = Relay::start(&scene.url()).await;
    scene.publish(&relay.url());
    scene.register("opaque").await;
    scene.plan(SERVER, &PLANS);
    let mut page = Page::default();
    for client in clients {
        let mut attempts = Attempts::of(*client, &scene.url());
        for token in Token::all(&scene).await {
            scene.server.fault(token.fault, token.paths()).await;
            let told = attempts.with(token.value.as_deref()).await;
            scene.server.fault(Fault::None, &[]).await;
            let exchanges = relay.take();
            let place = format!("{client} with {}", token.name);
            judge(&told, &exchanges, &token, &scene)
                .unwrap_or_else(|wrong| panic!("{place}: {wrong}\n{told:#?}\n{exchanges:#?}"));
            page.add(*client, token.name, &told, &exchanges, &scene)
                .unwrap_or_else(|wrong| panic!("{place}: {wrong}\n{told:#?}\n{exchanges:#?}"));
        }
    }
    page
}

/// What has to hold for every cell, whatever the page says.
fn judge(told: &Told, exchanges: &[Exchange], token: &Token, scene: &Scene) -> Result<(), String> {
    if told.hung {
        return Err("it hangs".to_owned());
    }
    let (asked, further): (Vec<_>, Vec<_>) = exchanges.iter().partition(|one| one.path == ENDPOINT);
    let Some(first) = asked.first() else {
        return Err("it never asked".to_owned());
    };
    if token.kind.status().is_some_and(|it| it != first.status) {
        return Err(format!("the status is {}", first.status));
    }
    let page = format!("{}/auth?", scene.server.issuer());
    if told.opened.iter().any(|opened| !opened.starts_with(&page)) {
        return Err("it opens something else than the login".to_owned());
    }
    match token.kind {
        Kind::Good => {
            let tools = told.tools.as_ref().map(Vec::len);
            let all = tools == Some(15) && told.opened.is_empty() && further.is_empty();
            all.then_some(()).ok_or_else(|| "it is not in".to_owned())
        }
        Kind::Refused(_) => refused(told, &asked, &further, scene),
        Kind::Unjudged => {
            let patient = asked
                .iter()
                .all(|one| one.status == 503 && one.retry_after && one.challenge.is_none());
            if !patient || told.tools.is_some() {
                return Err("it should be told to come again".to_owned());
            }
            // The token may be a good one: nobody is to log in anew.
            told.opened
                .is_empty()
                .then_some(())
                .ok_or_else(|| "its user is sent to the login".to_owned())
        }
    }
}

/// It is told where its user can log in, in one line, and finds what that line names.
fn refused(
    told: &Told,
    asked: &[&Exchange],
    further: &[&Exchange],
    scene: &Scene,
) -> Result<(), String> {
    let path = "/.well-known/oauth-protected-resource";
    let metadata = scene.url().replace("/mcp", &format!("{path}/mcp"));
    let metadata = format!("resource_metadata=\"{metadata}\"");
    let shown = |one: &&Exchange| {
        let challenge = one.challenge.as_deref().unwrap_or_default();
        challenge.starts_with("Bearer ")
            && challenge.contains(&metadata)
            && challenge.contains("scope=\"mcp\"")
            && challenge.matches("Bearer").count() == 1
    };
    if told.tools.is_some() || !asked.iter().all(shown) {
        return Err("it is not shown where to log in".to_owned());
    }
    match further.iter().find(|one| one.status != StatusCode::OK) {
        Some(lost) => Err(format!("it looks where nothing is: {lost:?}")),
        None => Ok(()),
    }
}
