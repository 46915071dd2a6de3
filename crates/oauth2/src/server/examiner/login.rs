//! Whether MCP clients can log in.

use super::Sight;
use crate::server::{Outcome, Step, json::Object};

const ENDPOINTS: &str = "endpoints";
const PKCE: &str = "pkce";
const REGISTRATION: &str = "registration";
const ISSUER_IN_RESPONSE: &str = "issuer_in_response";
const SCOPES: &str = "scopes";

/// What clients look for in the metadata before they begin to log in.
pub(super) fn steps(sight: &Sight<'_>) -> Vec<Step> {
    let mut steps = match sight.document {
        Some(document) => vec![
            endpoints(sight, document),
            pkce(document),
            registration(document),
            issuer_in_response(document),
        ],
        None => {
            let why = sight.blocked.unwrap_or("needs the metadata");
            let names = [ENDPOINTS, PKCE, REGISTRATION, ISSUER_IN_RESPONSE];
            names.map(|name| Step::skipped(name, why)).into()
        }
    };
    if !sight.needs.scopes.is_empty() {
        steps.push(scopes(sight));
    }
    steps
}

/// Whether the endpoints are there that clients need, and are safe to ask.
fn endpoints(sight: &Sight<'_>, document: &Object) -> Step {
    let mut failures = Vec::new();
    for name in ["authorization_endpoint", "token_endpoint"] {
        if let Err(failure) = sight.named(document, name) {
            failures.push(failure);
        }
    }
    let joined = |words: Vec<String>| words.join("; ");
    if failures.is_empty() {
        let found = "`authorization_endpoint` and `token_endpoint` are there, and safe to ask";
        return Step::new(ENDPOINTS, Outcome::Passed, found)
            .with_brief("login and token endpoint, safe to ask");
    }
    let found = joined(failures.iter().map(|it| it.explained()).collect());
    Step::new(ENDPOINTS, Outcome::Warning, found)
        .with_brief(joined(failures.iter().map(|it| it.brief()).collect()))
        .with_fix(
            "without them MCP clients cannot log in: allow the authorization code grant there",
        )
}

/// Whether the scopes are known there that clients are told to ask for (RFC 8414 section 2).
fn scopes(sight: &Sight<'_>) -> Step {
    let Some(document) = sight.document else {
        return Step::skipped(SCOPES, sight.blocked.unwrap_or("needs the metadata"));
    };
    let Some(listed) = document.texts("scopes_supported") else {
        return Step::skipped(SCOPES, "the metadata lists none");
    };
    let shown = |scopes: Vec<&String>| {
        let scopes: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
        scopes.join(", ")
    };
    let wanted = sight.needs.scopes.iter();
    let strange: Vec<&String> = wanted.filter(|it| !listed.contains(&it.as_str())).collect();
    if strange.is_empty() {
        let found = format!(
            "{} can be asked for",
            shown(sight.needs.scopes.iter().collect())
        );
        return Step::new(SCOPES, Outcome::Passed, found);
    }
    let found = format!("its `scopes_supported` does not name {}", shown(strange));
    Step::new(SCOPES, Outcome::Warning, found).with_fix(
        "create it there, or write how it is called there into `challenge_scopes`; some servers do not \
         list all that they know",
    )
}

/// MCP (2025-11-25 and later, *Authorization Code Protection*): clients refuse to go on without.
fn pkce(document: &Object) -> Step {
    const NAME: &str = PKCE;
    const FIX: &str = "turn on PKCE with `S256` there: MCP clients refuse to log in without";
    match document.texts("code_challenge_methods_supported") {
        Some(methods) if methods.contains(&"S256") => {
            Step::new(NAME, Outcome::Passed, "`S256` is supported")
        }
        Some(_) => Step::new(NAME, Outcome::Failed, "`S256` is not supported").with_fix(FIX),
        None => {
            let found = "the metadata has no `code_challenge_methods_supported`";
            Step::new(NAME, Outcome::Failed, found).with_fix(FIX)
        }
    }
}

/// How clients that the server has never seen become known to it (RFC 7591, and MCP's *Client ID
/// Metadata Documents*).
fn registration(document: &Object) -> Step {
    const NAME: &str = REGISTRATION;
    let by_document = document.is_true("client_id_metadata_document_supported");
    match (document.text("registration_endpoint"), by_document) {
        (Some(_), false) => Step::new(NAME, Outcome::Passed, "clients can register themselves"),
        (Some(_), true) => Step::new(
            NAME,
            Outcome::Passed,
            "clients can register themselves, or be known by their own document",
        ),
        (None, true) => Step::new(
            NAME,
            Outcome::Warning,
            "clients cannot register themselves; those with a document of their own are known by it",
        )
        .with_fix("register other clients by hand and give them their id, or turn on dynamic registration"),
        (None, false) => Step::new(NAME, Outcome::Warning, "clients cannot register themselves")
            .with_fix("register each client by hand and give it its id, or turn on dynamic registration"),
    }
}

/// RFC 9207: a client that knows several servers can tell whose answer it got.
fn issuer_in_response(document: &Object) -> Step {
    const NAME: &str = ISSUER_IN_RESPONSE;
    if document.is_true("authorization_response_iss_parameter_supported") {
        return Step::new(NAME, Outcome::Passed, "answers to a login name the issuer");
    }
    Step::new(
        NAME,
        Outcome::Warning,
        "answers to a login do not name the issuer",
    )
    .with_fix("turn on `iss` in authorization responses (RFC 9207) if the server can do that")
}
