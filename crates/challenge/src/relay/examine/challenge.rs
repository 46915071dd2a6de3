//! What the server asks for.

use http::{header::WWW_AUTHENTICATE, response::Parts};
use tollbar_fetch::{Outcome, Step};

use super::super::warning::Warning;
use crate::{Challenge, InvalidChallenge};

/// The name of the step.
pub(super) const CHALLENGE: &str = "challenge";

/// The challenges of an answer.
pub(super) type Read = Result<Vec<Challenge>, InvalidChallenge>;

/// Judges the challenges of the answer that asks for a token, where there is one.
pub(super) fn judge(head: Option<&Parts>, challenges: &Read) -> Step {
    let Some(head) = head else {
        return Step::skipped(CHALLENGE, "there is no 401 that it could stand in");
    };
    let challenges = match challenges {
        Ok(challenges) => challenges,
        Err(error) => {
            return of(Warning::Unreadable(error), Outcome::Failed).with_brief("unreadable");
        }
    };
    let Some(first) = challenges.first() else {
        return of(Warning::NoChallenge, Outcome::Warning)
            .with_brief("401 without `WWW-Authenticate`");
    };
    let Some(bearer) = Challenge::bearer_of(challenges) else {
        return no_bearer(challenges);
    };
    if !first.is("Bearer") {
        let scheme = first.scheme();
        return Step::new(
            CHALLENGE,
            Outcome::Warning,
            format!("`{scheme}` stands before `Bearer`, and clients read the first one only"),
        )
        .with_fix("nothing: the gateway puts `Bearer` first");
    }
    if head.headers.get_all(WWW_AUTHENTICATE).iter().count() > 1 {
        return Step::new(
            CHALLENGE,
            Outcome::Warning,
            "`WWW-Authenticate` stands in several lines, and clients read the first one only",
        )
        .with_fix("nothing: the gateway sends one line");
    }
    if let Some(error) = bearer.get("error") {
        return Step::new(
            CHALLENGE,
            Outcome::Passed,
            format!("`Bearer` with the error `{error}`, though there was no token"),
        );
    }
    Step::new(CHALLENGE, Outcome::Passed, "`Bearer`")
}

/// In the words of the log.
fn of(warning: Warning<'_>, outcome: Outcome) -> Step {
    let found = format!("{}: {}", warning.message(), warning.found());
    Step::new(CHALLENGE, outcome, found).with_fix(warning.fix())
}

fn no_bearer(challenges: &[Challenge]) -> Step {
    let schemes: Vec<String> = challenges
        .iter()
        .map(|it| format!("`{}`", it.scheme()))
        .collect();
    let schemes = schemes.join(", ");
    let brief = format!("{schemes}, not `Bearer`");
    if challenges.iter().any(|it| it.is("DPoP")) {
        return of(Warning::BoundTokens, Outcome::Failed).with_brief(brief);
    }
    let found = format!("it asks for {schemes}, and MCP clients log in for `Bearer` only");
    Step::new(CHALLENGE, Outcome::Failed, found)
        .with_brief(brief)
        .with_fix(
            "have the server ask for `Bearer` (RFC 6750), or give the gateway the credential in \
             `[proxy.upstream]` and a plan of its own",
        )
}
