//! What is found of servers that do well, and of each that does not.

mod documents;
mod faults;
mod logins;
mod modes;
mod page;
mod server;
mod views;

use std::time::Duration;

use server::{Manner, Server};
use tollbar_challenge::{RelayBuilder, RelayExamination, RelayedResource};
use tollbar_fetch::{Outcome, Step};

/// Where clients find the proxy of these tests.
const PUBLIC: &str = "https://gw.example/weather";

/// The relay in front of a server.
fn relay(server: &Server) -> RelayBuilder {
    RelayedResource::builder(PUBLIC.parse().unwrap(), server.url())
        .timeout(Duration::from_millis(400))
        .document_limit(2000)
}

/// What is found of a server with its authorization server.
async fn examined(manner: Manner) -> RelayExamination {
    let server = Server::start(manner).await;
    let examination = relay(&server).build().unwrap().survey(None).await;
    page::has_rows_for(&examination);
    examination
}

fn step<'a>(examination: &'a RelayExamination, name: &str) -> &'a Step {
    let mut steps = examination.steps().iter();
    let found = steps.find(|step| step.name() == name);
    found.unwrap_or_else(|| panic!("no step {name} in {examination:#?}"))
}

/// The names of the steps that ended so.
fn ended(examination: &RelayExamination, outcome: Outcome) -> Vec<&'static str> {
    let steps = examination.steps().iter();
    let ended = steps.filter(|step| step.outcome() == outcome);
    ended.map(Step::name).collect()
}
