//! How a refused client is told what to present.

use http::{HeaderValue, header};
use tollbar_core::{Kind, Refusal};

use crate::Source;

/// The challenge of a proxy whose plans look in these places (RFC 9110 section 11.6.1).
///
/// One line, and without `resource_metadata`: what these plans take cannot be had from an
/// authorization server, and a client that is pointed to one opens a dialog that leads nowhere.
///
/// A token that goes on to the MCP server is challenged only where it was refused itself: a client must
/// not throw it away, and log in anew, because of a bad key beside it.
fn scheme(sources: &[Source], refused: Option<&Source>) -> &'static str {
    if sources.contains(&Source::Authorization) || refused.is_some_and(Source::is_relayed) {
        return "Bearer";
    }
    let has_header = sources.iter().any(|it| matches!(it, Source::Header(_)));
    if has_header {
        "ApiKey"
    } else {
        "ClientCertificate"
    }
}

/// Nothing was presented, and something must be. Carries no error code, since nothing is wrong yet
/// (RFC 6750 section 3.1).
pub(super) fn missing(sources: &[Source]) -> Refusal {
    let mut scheme = scheme(sources, None).to_owned();
    let named = sources.iter().find_map(|source| match source {
        Source::Header(name) => Some(name),
        _ => None,
    });
    if let (Some(name), "ApiKey") = (named, scheme.as_str()) {
        scheme = format!("ApiKey header=\"{name}\"");
    }
    let refusal = Refusal::new(
        Kind::Unauthenticated,
        "credential_missing",
        message(sources),
    );
    match HeaderValue::try_from(scheme) {
        Ok(challenge) => refusal.with_header(header::WWW_AUTHENTICATE, challenge),
        Err(_) => refusal,
    }
}

fn message(sources: &[Source]) -> String {
    let places: Vec<_> = sources
        .iter()
        .filter_map(|source| match source {
            Source::Nothing | Source::Relayed { .. } => None,
            Source::Authorization => Some("`Authorization: Bearer` and a token".to_owned()),
            Source::Header(name) => Some(format!("a key in `{name}`")),
            Source::Certificate(_) => Some("a client certificate".to_owned()),
        })
        .collect();
    format!("a credential is needed: {}", places.join(", or "))
}

/// Adds the challenge to the refusal of a bad credential. Other refusals carry none: a client takes a
/// challenge for an invitation to try with another credential.
///
/// `refused` is the place where the bad credential stands.
pub(super) fn challenged(
    refusal: Refusal,
    sources: &[Source],
    refused: Option<&Source>,
) -> Refusal {
    if refusal.kind() != Kind::Unauthenticated {
        return refusal;
    }
    let scheme = scheme(sources, refused);
    let challenge = match scheme {
        "Bearer" => {
            let description: String = refusal
                .message()
                .chars()
                .filter(|c| is_of_text(*c))
                .collect();
            format!("Bearer error=\"invalid_token\", error_description=\"{description}\"")
        }
        other => other.to_owned(),
    };
    match HeaderValue::try_from(challenge) {
        Ok(challenge) => refusal.with_header(header::WWW_AUTHENTICATE, challenge),
        Err(_) => refusal,
    }
}

/// What an `error_description` may hold (RFC 6750 section 3).
const fn is_of_text(character: char) -> bool {
    matches!(character, ' ' | '!' | '#'..='[' | ']'..='~')
}
