//! Whether the server asks for a token at all.

use http::StatusCode;
use tollbar_fetch::{FetchFailure, Outcome, Step};

use super::{asked::leads_to, facts::Facts};

/// The name of the step.
pub(super) const REFUSAL: &str = "refusal";

/// What a server has to answer whose words are wrong.
const RIGHT: &str = "have the server answer 401 with `WWW-Authenticate: Bearer \
                     resource_metadata=\"...\"` (MCP 2025-11-25, `basic/authorization`)";

/// Judges how the server receives a client without a token. A server with metadata may ask for one later.
pub(super) fn judge(facts: &Facts) -> Step {
    let asked = &facts.asked;
    let has_metadata = facts.metadata.is_ok() || facts.at_root.is_ok();
    let answers: Vec<String> = asked
        .answers()
        .map(|(method, head)| format!("{} for `{method}`", head.status.as_u16()))
        .collect();
    let told = answers.join(", ");
    if asked.unauthorized().is_some() {
        return match asked.has(|status| status.is_success()) {
            None => Step::new(REFUSAL, Outcome::Passed, told),
            Some(_) => Step::new(
                REFUSAL,
                Outcome::Warning,
                format!("not every client is asked for a token: {told}"),
            )
            .with_fix("have the server check the token before it looks at the message"),
        };
    }
    if let Some(head) = asked.has(|status| status.is_success()) {
        let status = head.status.as_u16();
        return match has_metadata {
            true => Step::new(
                REFUSAL,
                Outcome::Warning,
                format!("it lets everybody in at first: {told}"),
            )
            .with_fix(
                "nothing, if the server asks for a token later, such as for some tools only: its 401 \
                 is relayed then",
            ),
            false => Step::new(
                REFUSAL,
                Outcome::Failed,
                format!("the server asks nobody for a token: {told}"),
            )
            .with_brief(format!("no 401: it lets everybody in ({status})"))
            .with_fix(
                "leave `[proxy.relay]` out: there is nothing to relay. Give the proxy a plan of its \
                 own if its users are to be known",
            ),
        };
    }
    match asked.head() {
        Some(head) => {
            let leads = leads_to(&head.headers, &facts.upstream);
            let leads = leads.map(|place| facts.shows(&place));
            no_401(head.status, &told, leads.as_deref())
        }
        None => silent(asked.silence()),
    }
}

/// No 401 from either, and nobody let in.
fn no_401(status: StatusCode, told: &str, leads: Option<&str>) -> Step {
    let (what, fix) = match status.as_u16() {
        403 => (
            "it refuses with 403 where 401 belongs, so that no client begins a login",
            format!("{RIGHT}; a firewall, or a check of `Host` in front of it, answers so, too"),
        ),
        300..=399 => (
            "it redirects, as for a person with a browser, where 401 belongs",
            match leads {
                Some(place) => format!(
                    "it leads to {place}: give that URL if it is the endpoint. If it is a login \
                     page, {RIGHT}"
                ),
                None => format!("give the URL that it leads to. If that is a login page, {RIGHT}"),
            },
        ),
        404 | 405 | 410 => (
            "there is no MCP endpoint at this URL",
            "give the whole URL of the endpoint, which often ends with `/mcp`".to_owned(),
        ),
        429 | 503 => (
            "it is too busy to answer",
            "try again later, and see the server's log".to_owned(),
        ),
        500..=599 => (
            "it fails where 401 belongs, so that no client begins a login",
            format!(
                "see the server's log: its check fails when there is no token, or what stands in \
                 front of it cannot reach it. Then {RIGHT}"
            ),
        ),
        _ => (
            "it refuses in another way than with 401, so that no client begins a login",
            format!("have the server check the token before the message: {RIGHT}"),
        ),
    };
    Step::new(REFUSAL, Outcome::Failed, format!("{what}: {told}"))
        .with_brief(format!("no 401, but {}", status.as_u16()))
        .with_fix(fix)
}

fn silent(failure: Option<&FetchFailure>) -> Step {
    let found = failure.map_or_else(|| "no answer".to_owned(), FetchFailure::explained);
    let brief = failure.map_or_else(|| "no answer".to_owned(), FetchFailure::brief);
    let found = format!("the server cannot be asked: {found}");
    Step::new(REFUSAL, Outcome::Failed, found)
        .with_brief(brief)
        .with_fix("check the URL, and that the server runs and can be reached from here")
}
