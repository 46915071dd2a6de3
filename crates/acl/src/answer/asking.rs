//! What a server wants of the client.

use tollbar_core::Refusal;
use tollbar_mcp::{
    Code,
    json::{Kind, Slice},
};

use crate::{Decision, Feature, Target, access::Inquiry, denial};

/// The feature that a question of a server belongs to.
pub(super) fn feature(method: &str) -> Option<Feature> {
    match method {
        "sampling/createMessage" => Some(Feature::Sampling),
        "elicitation/create" => Some(Feature::Elicitation),
        "roots/list" => Some(Feature::Roots),
        _ => None,
    }
}

/// Refuses a result with questions that may not be asked (MCP 2026-07-28 `basic/patterns/mrtr`): the
/// server was told that the client cannot answer them.
pub(super) fn check(inquiry: &Inquiry<'_>, requests: Option<Slice<'_>>) -> Result<(), Refusal> {
    let Some(requests) = requests else {
        return Ok(());
    };
    let denial = match requests.kind() {
        Some(Kind::Null) => None,
        Some(Kind::Object) => {
            let mut members = requests.members();
            members.find_map(|(_, asked)| denial_of(inquiry, &asked))
        }
        _ => denial_of_anything(inquiry),
    };
    match denial {
        None => Ok(()),
        Some(decision) => Err(denial::of_answer(inquiry.terms.honest, &decision)),
    }
}

/// What forbids to ask this.
fn denial_of(inquiry: &Inquiry<'_>, asked: &Slice<'_>) -> Option<Decision> {
    let method = asked.get("method").and_then(|method| method.as_str());
    let Some(method) = method.filter(|_| !asked.has_look_alike("method")) else {
        return denial_of_anything(inquiry);
    };
    inquiry.denial(match feature(&method) {
        Some(feature) => Target::Feature(feature),
        None => Target::Method(&method),
    })
}

fn denial_of_anything(inquiry: &Inquiry<'_>) -> Option<Decision> {
    let mut all = [Feature::Sampling, Feature::Elicitation, Feature::Roots].into_iter();
    all.find_map(|feature| inquiry.denial(Target::Feature(feature)))
}

/// Refuses an error that sends the person to a URL first (MCP 2025-11-25 `client/elicitation`).
pub(super) fn check_error(inquiry: &Inquiry<'_>, error: &Slice<'_>) -> Result<(), Refusal> {
    let Code(required) = Code::URL_ELICITATION_REQUIRED;
    // Clients read `-32042.0` as the same number.
    let code = error.get("code").map(|code| code.raw().parse::<f64>());
    #[expect(
        clippy::cast_precision_loss,
        reason = "the codes of JSON-RPC are small numbers"
    )]
    let asks = matches!(code, Some(Ok(code)) if code == required as f64);
    let denial = || inquiry.denial(Target::Feature(Feature::Elicitation));
    match asks.then(denial).flatten() {
        Some(decision) => Err(denial::of_answer(inquiry.terms.honest, &decision)),
        None => Ok(()),
    }
}
