//! Attempts to get past a policy: requests that are to run what is denied, and answers that are to show
//! it.
//!
//! The attempts are data, in `bypass/*.toml`; the first lines of `bypass/bodies.toml` say how to add
//! one. The gateway stands in front of a server that reads requests as the sloppiest of all parsers
//! do, and notes whatever one of them would run.
//!
//! An attempt that could never succeed proves nothing. So each request is also sent to the server
//! without a gateway, where it has to run something that is denied, and each answer is also asked for
//! through a proxy without a policy, where it has to show something.

mod answer;
mod attempt;
mod bytes;
mod expected;
mod gate;
mod hidden;
mod json;
mod reading;
mod server;
mod uri;
mod version;
mod wire;

use std::collections::BTreeSet;

use self::{
    answer::Answer,
    attempt::{Attempts, Request},
    gate::{Gate, Way},
    server::Heard,
    version::Version,
    wire::Reply,
};

/// The fewest attempts that make a suite. Each is made in several versions of the protocol.
const FEWEST: usize = 200;

#[test]
fn there_are_many_attempts_and_each_has_a_name() {
    let attempts = Attempts::read();
    let names = attempts.requests.iter().map(|row| &row.name);
    let names: Vec<_> = names
        .chain(attempts.answers.iter().map(|row| &row.name))
        .collect();
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), distinct.len(), "two rows have one name");
    let hostile = attempts.requests.iter().filter(|row| !row.permitted);
    let (requests, answers) = (hostile.count(), attempts.answers.len());
    println!("{requests} requests and {answers} answers");
    assert!(requests + answers >= FEWEST, "{requests} and {answers}");
}

/// The server hears nothing that any reading of it would run, and the client sees no name that it has
/// not sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_runs_or_shows_what_is_denied() {
    let gate = Gate::open().await;
    let mut wrong = Vec::new();
    for row in &Attempts::read().requests {
        for version in row.versions() {
            let sent = gate.request(row, version, Way::Ruled).await;
            gate.server.heard();
            let reply = wire::send(gate.address, &sent).await;
            let verdict = judge(row, version, &sent, &reply, &gate.server.heard());
            if let Err(why) = verdict {
                wrong.push(format!(
                    "{} ({version}): {why}\n  {}",
                    row.name,
                    reply.excerpt()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n\n"));
}

fn judge(
    row: &Request,
    version: Version,
    sent: &[u8],
    reply: &Reply,
    heard: &[Heard],
) -> Result<(), String> {
    let ran: BTreeSet<_> = heard.iter().flat_map(reading::runs).collect();
    let ran: Vec<_> = ran.difference(&row.allows()).cloned().collect();
    if !ran.is_empty() {
        return Err(format!("it runs {ran:?}"));
    }
    let shown = hidden::shown(reply, sent);
    if !shown.is_empty() {
        return Err(format!("it shows {shown:?}"));
    }
    if row.permitted && heard.is_empty() {
        return Err("it is permitted, and never arrives".to_owned());
    }
    row.expects(version, reply)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_runs_something_denied_without_a_gateway() {
    let gate = Gate::open().await;
    let mut harmless = Vec::new();
    let attempts = Attempts::read();
    for row in attempts.requests.iter().filter(|row| row.is_hostile()) {
        for version in row.versions() {
            let sent = gate.request(row, version, Way::Direct).await;
            gate.server.heard();
            wire::send(gate.server.address, &sent).await;
            let heard = gate.server.heard();
            let ran: BTreeSet<_> = heard.iter().flat_map(reading::runs).collect();
            if ran.difference(&row.allows()).next().is_none() {
                harmless.push(format!("{} ({version}): {heard:?}", row.name));
            }
        }
    }
    assert!(harmless.is_empty(), "{}", harmless.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_shows_what_is_denied() {
    let gate = Gate::open().await;
    let mut wrong = Vec::new();
    for row in &Attempts::read().answers {
        for version in row.versions() {
            let (sent, reply) = answered(&gate, row, version, Way::Ruled).await;
            let shown = hidden::shown(&reply, &sent);
            let verdict = match shown.is_empty() {
                true => row.expects(version, &reply),
                false => Err(format!("it shows {shown:?}")),
            };
            if let Err(why) = verdict {
                wrong.push(format!(
                    "{} ({version}): {why}\n  {}",
                    row.name,
                    reply.excerpt()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_shows_something_denied_without_a_policy() {
    let gate = Gate::open().await;
    let mut harmless = Vec::new();
    let attempts = Attempts::read();
    for row in attempts
        .answers
        .iter()
        .filter(|row| !row.is_refused_anyway())
    {
        for version in row.versions() {
            let (sent, reply) = answered(&gate, row, version, Way::Bare).await;
            if !row.lacks(&reply) && hidden::shown(&reply, &sent).is_empty() {
                harmless.push(format!("{} ({version}):\n  {}", row.name, reply.excerpt()));
            }
        }
    }
    assert!(harmless.is_empty(), "{}", harmless.join("\n\n"));
}

/// Asks for an answer of the table, and gives what was sent and what came back.
async fn answered(gate: &Gate, row: &Answer, version: Version, way: Way) -> (Vec<u8>, Reply) {
    let sent = gate.asking(row, version, way).await;
    gate.server.play(row.on_the_wire(version));
    let reply = wire::send(gate.address, &sent).await;
    gate.server.rest();
    (sent, reply)
}
