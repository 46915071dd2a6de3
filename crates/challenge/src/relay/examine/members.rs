//! What the metadata says.

use tollbar_fetch::{Outcome, Step};

use super::{
    super::{document::Document, fault::RelayFault, shown::shown},
    facts::Facts,
};

/// The names of the steps.
pub(super) const RESOURCE: &str = "resource";
pub(super) const SERVERS: &str = "authorization_servers";
pub(super) const BOUND: &str = "bound_tokens";

/// Judges what the metadata is about, as clients do, who compare it with the URL that they know (RFC 9728
/// section 3.3).
pub(super) fn resource(facts: &Facts, document: &Document) -> Step {
    match facts.search.check_resource(document) {
        Ok(()) => Step::new(RESOURCE, Outcome::Passed, quoted(document.resource())),
        Err(_) if facts.is_front() => Step::new(
            RESOURCE,
            Outcome::Passed,
            format!("{}, which is the public URL", quoted(document.resource())),
        ),
        Err(fault) => {
            let brief = match &fault {
                RelayFault::Mismatch { found, .. } => {
                    format!("{} is another URL", facts.shows(found))
                }
                _ => "it has none".to_owned(),
            };
            failed(facts, RESOURCE, &fault).with_brief(brief)
        }
    }
}

/// Judges where clients are sent.
pub(super) fn servers(facts: &Facts, document: &Document) -> Step {
    match facts.search.check_authorization_servers(document) {
        Ok(()) => {}
        // Nothing of it is told by the gateway, and who knows the front door may know that network.
        Err(fault @ RelayFault::Inside(_)) if facts.is_front() => {
            return Step::new(SERVERS, Outcome::Warning, fault.to_string()).with_fix(fault.fix());
        }
        Err(fault) => return failed(facts, SERVERS, &fault),
    }
    let servers = document.authorization_servers().unwrap_or_default();
    let told: Vec<_> = servers.iter().map(|server| shown(server)).collect();
    Step::new(SERVERS, Outcome::Passed, told.join(", "))
}

/// Judges whether tokens are worth anything at the server that were got through the gateway.
pub(super) fn bound(facts: &Facts, document: &Document) -> Step {
    match document.check_bound_tokens() {
        Ok(()) => Step::new(BOUND, Outcome::Passed, "no"),
        // A proof is made for the URL that clients know, and here that is the server's own.
        Err(fault @ RelayFault::Bound(_)) if facts.is_front() => {
            Step::new(BOUND, Outcome::Warning, fault.to_string())
                .with_fix("keep to mode `verbatim`: such tokens can be relayed in no other")
        }
        Err(fault) => failed(facts, BOUND, &fault),
    }
}

fn failed(facts: &Facts, name: &'static str, fault: &RelayFault) -> Step {
    let fault = facts.told(fault);
    Step::new(name, Outcome::Failed, fault.to_string()).with_fix(fault.fix())
}

fn quoted(text: Option<String>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| shown(&text).into())
}
