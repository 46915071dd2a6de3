//! Whether the server can be asked about tokens, and by whom.

use super::Sight;
use crate::{
    ClientAuthentication,
    endpoint::Endpoint,
    server::{Introspected, Outcome, Step, failure::ServerFailure, question::Client},
};

const NAME: &str = "introspection";
const CLIENT: &str = "client";

/// What there is to do where a plan has to ask, and cannot.
const CANNOT_ASK: &str = "this server cannot be asked: write `type = \"jwt\"` in the plan where its tokens \
                          are signed, or configure `introspection_endpoint` where it has one";
const NO_CLIENT: &str = "give `client_id` and `client_secret`, or write `type = \"jwt\"` in the plan where \
                         its tokens are signed";

/// Where tokens are introspected, and whether the client's id and secret are taken there.
pub(super) async fn steps(sight: &Sight<'_>) -> [Step; 2] {
    let endpoint = match sight.introspection_endpoint() {
        Ok(endpoint) => endpoint,
        Err(failure) => {
            let is_needed = sight.needs.introspection;
            return [
                sight.without(NAME, &failure, is_needed, CANNOT_ASK),
                Step::skipped(CLIENT, sight.blocked.unwrap_or("needs a place to ask")),
            ];
        }
    };
    let place = match sight.server.introspection_endpoint {
        Some(_) => format!("configured, at `{endpoint}`"),
        None => format!("in the metadata, at `{endpoint}`"),
    };
    let Some(client) = &sight.server.client else {
        let without = Step::skipped(CLIENT, "there is no client id and secret");
        if !sight.needs.introspection {
            return [Step::new(NAME, Outcome::Passed, place), without];
        }
        let step = Step::new(NAME, Outcome::Failed, "the gateway is no client there");
        return [step.with_fix(NO_CLIENT), without];
    };
    [
        method(sight, client, place),
        ask(sight, client, &endpoint).await,
    ]
}

/// Whether the client's way of proving itself is one of the server's (RFC 8414 section 2).
fn method(sight: &Sight<'_>, client: &Client, place: String) -> Step {
    let methods = sight.document.and_then(|it| {
        let own = it.texts("introspection_endpoint_auth_methods_supported");
        own.or_else(|| it.texts("token_endpoint_auth_methods_supported"))
    });
    let (own, other) = match client.authentication {
        ClientAuthentication::Basic => (BASIC, POST),
        ClientAuthentication::Post => (POST, BASIC),
    };
    let Some(methods) = methods.filter(|methods| !methods.contains(&own.standard)) else {
        return Step::new(NAME, Outcome::Passed, place);
    };
    let fix = match methods.contains(&other.standard) {
        true => format!("write `method = \"{}\"`", other.word),
        false => {
            "allow `client_secret_basic` or `client_secret_post` for this client there".to_owned()
        }
    };
    let brief = format!("`method = \"{}\"` is not named", own.word);
    let found = format!(
        "{place}; its metadata does not name `{}`, which is `method = \"{}\"`",
        own.standard, own.word
    );
    Step::new(NAME, Outcome::Warning, found)
        .with_brief(brief)
        .with_fix(fix)
}

/// A way of proving itself, as the standards call it and as configurations do.
struct Method {
    standard: &'static str,
    word: &'static str,
}

const BASIC: Method = Method {
    standard: "client_secret_basic",
    word: "basic",
};
const POST: Method = Method {
    standard: "client_secret_post",
    word: "post",
};

/// What a token that nobody has issued proves of the client's id and secret.
async fn ask(sight: &Sight<'_>, client: &Client, endpoint: &Endpoint) -> Step {
    let asked = client.probe(endpoint, &sight.server.fetcher);
    let outcome = match sight.needs.introspection {
        true => Outcome::Failed,
        false => Outcome::Warning,
    };
    match asked.await {
        Ok(Introspected::Inactive) => Step::new(
            CLIENT,
            Outcome::Passed,
            "id and secret are taken; a made-up token is not",
        ),
        Ok(Introspected::Active(..)) => Step::new(
            CLIENT,
            outcome,
            "the server calls a token active that nobody has issued",
        )
        .with_brief("a made-up token is active")
        .with_fix("do not use it: whoever makes up a token would be let in"),
        Err(failure) => {
            let fix = match &failure {
                ServerFailure::Client(_) => {
                    "give the id and secret of this resource, not of a client that logs in; try the \
                     other `method`"
                }
                ServerFailure::Token(_) => {
                    "the server should answer `{\"active\":false}` with status 200 (RFC 7662 section 2.2)"
                }
                _ if failure.is_unreachable() => super::UNREACHABLE,
                _ => "check `introspection_endpoint`",
            };
            Step::new(CLIENT, outcome, failure.explained())
                .with_brief(failure.brief())
                .with_fix(fix)
        }
    }
}
