//! Where the server says that its metadata is, and where it is.

use http::StatusCode;
use tollbar_fetch::{Outcome, Step};

use super::{
    super::{
        fault::RelayFault,
        shown::{Shown, shown},
        warning::Warning,
    },
    facts::{Facts, Named},
};

/// The names of the steps.
pub(super) const POINTER: &str = "pointer";
pub(super) const METADATA: &str = "metadata";

/// Judges what the challenge says of it.
pub(super) fn pointer(facts: &Facts) -> Step {
    if facts.bearer().is_none() {
        return Step::skipped(POINTER, "there is no challenge that it could stand in");
    }
    // What is found all the same is told all the same.
    let outcome = match facts.metadata.is_ok() || facts.at_root.is_ok() {
        true => Outcome::Warning,
        false => Outcome::Failed,
    };
    match &facts.named {
        None => Step::new(POINTER, outcome, Warning::NoPointer.message())
            .with_brief("no `resource_metadata`")
            .with_fix(Warning::NoPointer.fix()),
        Some((_, Named::Theirs(url))) => {
            Step::new(POINTER, Outcome::Passed, facts.shows(&Shown::place(url)))
        }
        Some((text, Named::Ours)) => Step::new(
            POINTER,
            Outcome::Passed,
            format!("{}, at the gateway itself", shown(text)),
        ),
        Some((_, Named::Elsewhere(reason))) => {
            let warning = Warning::Elsewhere(reason);
            let found = format!("{}: {reason}", warning.message());
            Step::new(POINTER, outcome, found)
                .with_brief(reason.to_string())
                .with_fix(warning.fix())
        }
    }
}

/// Judges whether there is metadata, and whether it can be read.
pub(super) fn metadata(facts: &Facts) -> Step {
    if facts.is_silent() {
        return Step::skipped(METADATA, "the server does not answer");
    }
    let fault = match (&facts.metadata, &facts.place) {
        (Ok(_), Some(place)) => {
            return found(
                facts,
                &format!("found at {}", facts.shows(&Shown::place(place))),
            );
        }
        (Ok(_), None) => return found(facts, "found"),
        (Err(fault), _) => fault,
    };
    if let (RelayFault::Missing(_), Ok(servers)) = (fault, &facts.at_root) {
        let servers: Vec<_> = servers.iter().map(|server| shown(server)).collect();
        return Step::skipped(
            METADATA,
            format!(
                "none, as with MCP 2025-03-26; tokens come from {}",
                servers.join(", ")
            ),
        );
    }
    let is_open = facts.status().is_some_and(|status| status.is_success());
    if let (RelayFault::Missing(_), true) = (fault, is_open) {
        return Step::skipped(METADATA, "none, and nobody is asked for a token");
    }
    let is_elsewhere =
        |status: StatusCode| status.is_redirection() || status == StatusCode::NOT_FOUND;
    if let (RelayFault::Missing(_), true) = (fault, facts.status().is_some_and(is_elsewhere)) {
        return Step::skipped(METADATA, "none, and no endpoint is here");
    }
    // What an old server says of its authorization server is nearer to the cause.
    let fault = match (fault, &facts.at_root) {
        (RelayFault::Missing(_), Err(root)) if !matches!(root, RelayFault::Missing(_)) => root,
        _ => fault,
    };
    let step = Step::new(METADATA, Outcome::Failed, facts.told(fault).to_string());
    match fault {
        RelayFault::Missing(_) => step.with_brief("the server has none"),
        _ => step,
    }
    .with_fix(fault.fix())
}

fn found(facts: &Facts, found: &str) -> Step {
    match (&facts.named, facts.missed) {
        (Some((_, Named::Theirs(_))), 1..) => Step::new(
            METADATA,
            Outcome::Warning,
            format!("{found}, and not where the challenge says"),
        )
        .with_fix("correct `resource_metadata` in the challenge: some clients look nowhere else"),
        _ => Step::new(METADATA, Outcome::Passed, found),
    }
}
