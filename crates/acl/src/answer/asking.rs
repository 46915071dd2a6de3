//! What a server wants of the client.

use tollbar_core::Refusal;
use tollbar_mcp::{
    Code,
    json::{Kind, Slice},
};

use crate::{Feature, Target, access::Inquiry, denial};

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
    let may_be_asked = match requests.kind() {
        Some(Kind::Null) => true,
        Some(Kind::Object) => requests
            .members()
            .all(|(_, asked)| may_ask(inquiry, &asked)),
        _ => may_ask_anything(inquiry),
    };
    match may_be_asked {
        true => Ok(()),
        false => Err(denial::of_answer(inquiry.terms.honest)),
    }
}

fn may_ask(inquiry: &Inquiry<'_>, asked: &Slice<'_>) -> bool {
    let method = asked.get("method").and_then(|method| method.as_str());
    let Some(method) = method.filter(|_| !asked.has_look_alike("method")) else {
        return may_ask_anything(inquiry);
    };
    match feature(&method) {
        Some(feature) => inquiry.grants(feature),
        None => inquiry.may_use(Target::Method(&method)),
    }
}

fn may_ask_anything(inquiry: &Inquiry<'_>) -> bool {
    [Feature::Sampling, Feature::Elicitation, Feature::Roots]
        .into_iter()
        .all(|feature| inquiry.grants(feature))
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
    match asks && !inquiry.grants(Feature::Elicitation) {
        true => Err(denial::of_answer(inquiry.terms.honest)),
        false => Ok(()),
    }
}
