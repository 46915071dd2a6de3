//! What every client shows of every credential, as `docs/clients-keys.md` says.
//!
//! Each client connects through a relay that writes down what it asks for. What it was answered, what
//! it then showed and what it asked for next are the tables of the page; when they differ from what is
//! seen here, the test prints the new ones.

mod client;
mod credential;
mod gate;
mod issuer;
mod page;
mod relay;
mod rust_sdk;
mod version;

use std::time::{Duration, Instant};

use http::StatusCode;
use tollbar_tests::programs;

pub(crate) use self::{
    client::{Client, Entry, Era, Shown},
    gate::Gate,
    issuer::Issuer,
    page::{alike, code, requests},
    relay::{ENDPOINT, Exchange, Relay},
};
use self::{credential::Credential, page::Page};

/// The longest that a client may take to tell that it is not let in. Most need a tenth of that, but
/// the machine has other things to do.
const PROMPT: Duration = Duration::from_secs(20);

/// The longest that the gateway may take to say that something is not there.
const AT_ONCE: Duration = Duration::from_secs(2);

/// All clients, in the order of the page.
const CLIENTS: [Client; 10] = [
    Client::TypescriptV1,
    Client::TypescriptV2(Era::Legacy),
    Client::TypescriptV2(Era::Auto),
    Client::Python(Era::Legacy),
    Client::Python(Era::Auto),
    Client::Rmcp(Era::Legacy),
    Client::Rmcp(Era::Auto),
    Client::InspectorScript,
    Client::InspectorTerminal,
    Client::InspectorPage,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_what_every_client_shows() {
    let (_demo, upstream) = programs::demo();
    let mut gate = Gate::new(&upstream);
    let credentials = Credential::all(&gate);
    gate.open();
    let relay = Relay::start(&gate.url()).await;
    let mut page = Page::default();
    for client in CLIENTS {
        for credential in &credentials {
            let started = Instant::now();
            let entry = client.enter(&relay.url(), credential.key()).await;
            let took = started.elapsed();
            let place = format!("{client} with {}", credential.name());
            let exchanges = relay.take();
            judge(&entry, &exchanges, credential, took)
                .unwrap_or_else(|wrong| panic!("{place}: {wrong}\n{entry:#?}\n{exchanges:#?}"));
            let entry = entry.without(&relay.url());
            page.add(client, credential.name(), &entry, &exchanges)
                .unwrap_or_else(|wrong| panic!("{place}: {wrong}"));
        }
    }
    page.compare();
}

/// What has to hold for every cell, whatever the page says.
fn judge(
    entry: &Entry,
    exchanges: &[Exchange],
    credential: &Credential,
    took: Duration,
) -> Result<(), String> {
    if entry.hung || took > PROMPT {
        return Err(format!("it took {took:?}"));
    }
    if !entry.opened.is_empty() {
        return Err("it wants the user to do something".to_owned());
    }
    let (asked, further): (Vec<_>, Vec<_>) = exchanges
        .iter()
        .partition(|exchange| exchange.path == ENDPOINT);
    if asked.is_empty() {
        return Err("it never asked".to_owned());
    }
    // It would send clients to an authorization server that does not know these keys.
    let misleads = |one: &&Exchange| {
        let challenge = one.challenge.as_deref();
        challenge.is_some_and(|challenge| challenge.contains("resource_metadata"))
    };
    if let Some(misleading) = exchanges.iter().find(misleads) {
        return Err(format!("it is sent elsewhere: {misleading:?}"));
    }
    if let Some(slow) = further
        .iter()
        .find(|one| one.status != StatusCode::NOT_FOUND || one.took > AT_ONCE)
    {
        return Err(format!("not a 404 at once: {slow:?}"));
    }
    match (&entry.tools, credential.opens()) {
        (Some(tools), true) if tools.len() == 15 && further.is_empty() => Ok(()),
        (None, false) if asked.iter().all(|one| one.status.is_client_error()) => Ok(()),
        _ => Err("the wrong verdict".to_owned()),
    }
}
