//! What kind of MCP server an upstream is, found out by asking it.
//!
//! The questions go through the same [`Upstream`] that requests will take, so that TLS, headers and
//! secrets are tried too. A modern server is asked for `server/discover` (2026-07-28), a legacy one
//! gets an `initialize` whose session is ended again (2025-11-25 and earlier). One that understands
//! neither is asked for the stream of the old HTTP+SSE transport (2024-11-05), to be able to say so.

mod catalogue;
mod conversation;
mod findings;
mod legacy;
mod modern;
mod sse;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    catalogue::{Catalogue, Listed, catalogue},
    findings::{Era, Findings, Outcome},
};

use std::time::Duration;

use http::Request;
use tollbar::{
    core::{Body, Exchange, Refusal},
    upstream::Upstream,
};
use tower::ServiceExt as _;

use self::conversation::{Conversation, Trouble};
use crate::readiness::Health;

/// How long a knock may take.
const KNOCK: Duration = Duration::from_secs(10);

/// How long a whole probe may take.
const PROBE: Duration = Duration::from_secs(30);

/// Asks one cheap question, and learns from how it went up to the head of the answer.
///
/// # Errors
///
/// Why there is no answer, in words.
pub(crate) async fn knock(upstream: &Upstream, health: &Health) -> Result<(), String> {
    let exchange = Exchange::new();
    let mut request = modern::discover().map(Body::from);
    request.extensions_mut().insert(exchange.clone());
    // The body of the answer is not waited for.
    if tokio::time::timeout(KNOCK, upstream.clone().oneshot(request))
        .await
        .is_err()
    {
        health.fail("upstream_timeout");
        return Err(format!("no answer within {KNOCK:?}"));
    }
    let refusal = exchange.refusal().map(Refusal::reason);
    health.learn(refusal, exchange.answered().is_some());
    match exchange.refusal() {
        // It is there, and wants to know who asks; the upstream has said so in the log.
        Some(refusal) if refusal.reason() == "upstream_wants_credential" => Ok(()),
        Some(refusal) => Err(refusal.message().to_owned()),
        None => Ok(()),
    }
}

/// Finds out what there is to know.
pub(crate) async fn probe(upstream: &Upstream) -> Findings {
    match tokio::time::timeout(PROBE, ask(upstream)).await {
        Ok(findings) => findings,
        Err(_) => Findings::none(Outcome::Fails(format!("it is not done within {PROBE:?}"))),
    }
}

async fn ask(upstream: &Upstream) -> Findings {
    let conversation = Conversation::new(upstream.clone());
    let modern = modern::ask(&conversation).await;
    // What cannot be reached at all cannot be reached in another dialect either.
    if let Err(trouble @ (Trouble::Unreachable(_) | Trouble::Silent)) = &modern {
        return Findings::none(Outcome::Fails(trouble.to_string()));
    }
    let legacy = legacy::ask(&conversation).await;
    match (modern, legacy) {
        (Ok(modern), Ok(legacy)) => Findings::dual(modern, legacy),
        (Ok(modern), Err(_)) => Findings::of(Era::Modern, modern),
        (Err(_), Ok(legacy)) => Findings::of(Era::Legacy, legacy),
        (Err(Trouble::Unauthorized(status)), Err(_))
        | (Err(_), Err(Trouble::Unauthorized(status))) => {
            Findings::none(Outcome::WantsCredential(status))
        }
        _ if sse::speaks_http_sse(&conversation).await => Findings::none(Outcome::OldTransport),
        (Err(_), Err(trouble)) => Findings::none(Outcome::Fails(trouble.to_string())),
    }
}

/// A request without a body yet.
fn post(headers: &[(&str, &str)], body: String) -> Request<String> {
    let mut request = Request::new(body);
    *request.method_mut() = http::Method::POST;
    let common = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        (
            "user-agent",
            concat!("tollbar-gateway/", env!("CARGO_PKG_VERSION")),
        ),
    ];
    for (name, value) in common.iter().chain(headers) {
        let name = http::HeaderName::try_from(*name);
        let value = http::HeaderValue::try_from(*value);
        if let (Ok(name), Ok(value)) = (name, value) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}
