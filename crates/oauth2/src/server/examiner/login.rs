//! Whether MCP clients can log in.

use crate::server::{Outcome, Step, json::Object};

/// What clients look for in the metadata before they begin to log in.
pub(super) fn steps(document: &Object) -> [Step; 3] {
    [
        pkce(document),
        registration(document),
        issuer_in_response(document),
    ]
}

/// MCP (2025-11-25 and later, *Authorization Code Protection*): clients refuse to go on without.
fn pkce(document: &Object) -> Step {
    const NAME: &str = "pkce";
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
    const NAME: &str = "registration";
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
    const NAME: &str = "issuer_in_response";
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
