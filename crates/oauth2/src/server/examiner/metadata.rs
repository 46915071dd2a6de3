//! Whether there is metadata, and whose it is.

use crate::server::{Inner, Outcome, Step, discovery::Attempt, failure::ServerFailure};

pub(super) const ISSUER: &str = "issuer";

/// Where the metadata is.
pub(super) fn step(server: &Inner, attempts: &[Attempt]) -> Step {
    const NAME: &str = "metadata";
    // Whose it is stands in the next step.
    let is_there = |it: &&Attempt| matches!(it.found, Ok(_) | Err(ServerFailure::Issuer(Some(_))));
    if let Some(Attempt { url, .. }) = attempts.iter().find(is_there) {
        return Step::new(NAME, Outcome::Passed, format!("`{url}`"));
    }
    let failures = || attempts.iter().filter_map(|it| it.found.as_ref().err());
    let told = attempts.iter().filter_map(|Attempt { url, found }| {
        let failure = found.as_ref().err()?;
        Some(format!("`{url}`: {}", failure.explained()))
    });
    let told = told.collect::<Vec<_>>().join("; ");
    let mut briefs = failures().map(ServerFailure::brief);
    let brief = match briefs.next() {
        Some(first) if briefs.all(|it| it == first) => first,
        _ => "no metadata".to_owned(),
    };
    let is_unreachable = failures().any(ServerFailure::is_unreachable);
    let is_configured = server.introspection_endpoint.is_some() || server.jwks_uri.is_some();
    if is_configured && !is_unreachable {
        return Step::new(NAME, Outcome::Warning, told)
            .with_brief(brief)
            .with_fix(
                "the configured endpoints work without, but MCP clients find the server by it: have \
                 it served at one of these URLs",
            );
    }
    let fix = match is_unreachable {
        true => {
            "check the issuer, and that this machine can reach it; `ca_file` trusts a CA of your own"
        }
        false => "check the issuer: its metadata is looked for beneath it",
    };
    Step::new(NAME, Outcome::Failed, told)
        .with_brief(brief)
        .with_fix(fix)
}

/// Whether the metadata is that of the configured issuer (RFC 8414 section 3.3).
pub(super) fn issuer(server: &Inner, attempts: &[Attempt]) -> Step {
    let own = server.discovery.issuer.text();
    if attempts.iter().any(|it| it.found.is_ok()) {
        return Step::new(ISSUER, Outcome::Passed, format!("`{own}`, byte for byte"));
    }
    let another = attempts.iter().find_map(|it| match &it.found {
        Err(ServerFailure::Issuer(Some(another))) => Some(another),
        _ => None,
    });
    let Some(another) = another else {
        return Step::skipped(ISSUER, "needs the metadata");
    };
    let found = format!("the metadata is that of `{another}`, and not of `{own}`");
    Step::new(ISSUER, Outcome::Failed, found)
        .with_brief("another issuer")
        .with_fix(fix(own, another))
}

/// What to write. The metadata has come from where that of the configured issuer has to be, and yet a
/// slip may have led to a server that is not the one that was meant.
fn fix(own: &str, another: &str) -> String {
    let bare = |issuer: &str| issuer.trim_end_matches('/').to_owned();
    if another.contains(['"', '\\', '`']) {
        return "no server calls itself so: check the issuer".to_owned();
    }
    if another.contains(['{', '}']) {
        return "it serves many: write the issuer of yours, with its name in the place of what \
                stands in braces"
            .to_owned();
    }
    let line = format!("write `issuer = \"{another}\"`");
    match bare(own) == bare(another) {
        true => format!("{line}: the slash at the end makes it another one"),
        false => format!("{line}, if that is the server that you mean: its tokens are taken then"),
    }
}
