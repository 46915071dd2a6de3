//! What an access token tells of a consumer.

use serde_json::{Map, Value};

use super::who::Who;
use crate::{
    config::{PlanSettings, ScopesNeeded},
    keys::escaped,
};

/// The claims of a token of which this is said. What has names of its own stands among them, too.
pub(super) fn claims(who: &Who) -> Map<String, Value> {
    let mut claims = who.claims.clone();
    let scopes = (!who.scopes.is_empty()).then(|| who.scopes.join(" "));
    let told = [
        ("sub", who.subject.clone()),
        ("client_id", who.client.clone()),
        ("scope", scopes),
    ];
    for (name, text) in told {
        if let Some(text) = text {
            claims.entry(name).or_insert_with(|| text.into());
        }
    }
    claims
}

/// Why nobody of whom this is said would be let in by a plan.
pub(super) fn wants(who: &Who, plan: &PlanSettings) -> Option<String> {
    let name = plan.section.name();
    let takes_tokens = plan.section.tokens().is_some();
    if who.is_of_token() && !takes_tokens {
        return Some(format!(
            "no consumer of the plan `{name}` has a client id or claims: it takes no tokens"
        ));
    }
    if !takes_tokens {
        return None;
    }
    let needed: Vec<String> = plan.scopes().map(escaped).collect();
    let has = |scope: &String| who.scopes.contains(scope);
    let suffices = match plan.section.scopes_needed {
        ScopesNeeded::All => needed.iter().all(has),
        ScopesNeeded::Any => needed.is_empty() || needed.iter().any(has),
    };
    (!suffices).then(|| {
        let one = match plan.section.scopes_needed {
            ScopesNeeded::All => "",
            ScopesNeeded::Any => "one of ",
        };
        format!(
            "the plan `{name}` lets nobody in without {one}the scopes {}: say them with \
             `scope=NAME`",
            needed.join(" ")
        )
    })
}
