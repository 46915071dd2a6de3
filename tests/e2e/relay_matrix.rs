//! How every client gets into an MCP server that judges its tokens itself, as `docs/clients-relay.md` says.
//!
//! Each client comes without a token, and its user logs in where it is sent. The tables of the page are what was
//! seen; when they differ, the test prints the new ones.

mod page;
mod way;

use futures_util::future::join_all;
use tollbar_tests::{authorization_server::USER, secured_server::Reached};

use self::{page::Page, way::Way};
use crate::{
    login::{Told, User, log_in},
    matrix::{Client, ENDPOINT, Era, Exchange},
};

/// The clients, in the order of the page.
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

/// What the server offers to whoever is in.
const TOOLS: [&str; 4] = ["add", "erase", "report", "whoami"];

/// All that was seen of one client on one way.
struct Seen {
    told: Told,
    /// What came through the gateway.
    passed: Vec<Exchange>,
    /// What the server was asked for, but by the gateway.
    reached: Vec<Reached>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_how_every_client_gets_in() {
    let ways = join_all(Way::NAMES.map(chapter)).await;
    let page = Page::of(ways);
    page.unwrap_or_else(|wrong| panic!("{wrong}")).compare();
}

/// All clients on one way.
async fn chapter(name: &'static str) -> (Way, Vec<(Client, Seen)>) {
    let way = Way::prepare(name).await;
    let mut all = Vec::new();
    for client in CLIENTS {
        let told = log_in(client, way.url(), User::with(USER)).await;
        let seen = Seen {
            told,
            passed: way.passed(),
            reached: way.reached().await,
        };
        judge(&way, &seen).unwrap_or_else(|wrong| {
            let Seen {
                told,
                passed,
                reached,
            } = &seen;
            panic!("{client}, {name}: {wrong}\n{told:#?}\n{passed:#?}\n{reached:#?}")
        });
        all.push((client, seen));
    }
    (way, all)
}

/// What has to hold for every cell, whatever the page says.
fn judge(way: &Way, seen: &Seen) -> Result<(), String> {
    let Seen {
        told,
        passed,
        reached,
    } = seen;
    if told.hung {
        return Err("it hangs".to_owned());
    }
    if !way.lets_in() {
        return match (&told.tools, told.opened.as_slice()) {
            (None, []) => Ok(()),
            _ => Err("it gets somewhere".to_owned()),
        };
    }
    let mut tools: Vec<_> = told.tools.iter().flatten().map(String::as_str).collect();
    tools.sort_unstable();
    let called = told.called.as_deref().unwrap_or_default();
    if tools != TOOLS || !called.contains("42") {
        return Err("it is not in".to_owned());
    }
    let [opened] = told.opened.as_slice() else {
        return Err("it does not log its user in once".to_owned());
    };
    let page = format!("{}/auth?", way.login());
    let resource = format!("resource={}", encoded(way.url()));
    if !opened.starts_with(&page) || !opened.split('&').any(|one| one == resource) {
        return Err(format!("it does not ask for a token with {resource}"));
    }
    // Through the gateway, nothing but the gateway is known of the server.
    let aside = reached.iter().any(|one| one.path != ENDPOINT);
    if way.is_relayed() && aside {
        return Err("it asks the server".to_owned());
    }
    let lost = passed
        .iter()
        .any(|one| one.path != ENDPOINT && one.status != 200);
    match lost {
        true => Err("it looks where nothing is".to_owned()),
        false => Ok(()),
    }
}

/// A URL as the value of a query.
fn encoded(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}
