//! Completion of the arguments of prompts and templates.

use rmcp::{
    ErrorData,
    model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference},
};

use super::{
    document::DOCUMENTS,
    prompts::{EXPLAIN_CHAPTER, TONES, WRITE_LETTER},
    resources::{DOCUMENT_TEMPLATE, NOTE_TEMPLATE, WEATHER_TEMPLATE},
    weather::CITIES,
    world::World,
};

/// Names that are suggested for travellers.
const NAMES: &[&str] = &["Ada", "Alan", "Barbara", "Edsger", "Grace"];

/// The values that begin with what the user has typed, without regard to case.
///
/// # Errors
///
/// -32602 when the prompt or template does not exist or has no such argument.
pub(super) fn complete(
    world: &World,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let argument = request.argument.name.as_str();
    let candidates = candidates(world, &request.r#ref, argument).ok_or_else(|| {
        let message = format!("there is no argument `{argument}` to complete here");
        ErrorData::invalid_params(message, None)
    })?;
    let typed = request.argument.value.to_lowercase();
    let values: Vec<_> = candidates
        .into_iter()
        .filter(|candidate| candidate.to_lowercase().starts_with(&typed))
        .collect();
    // There are never as many as the protocol's maximum of 100.
    let completion = CompletionInfo::with_all_values(values)
        .map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(CompleteResult::new(completion))
}

fn candidates(world: &World, reference: &Reference, argument: &str) -> Option<Vec<String>> {
    let fixed = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let chapters = || {
        (1..=DOCUMENTS.len())
            .map(|number| number.to_string())
            .collect()
    };
    match reference {
        Reference::Prompt(prompt) => match (prompt.name.as_str(), argument) {
            (WRITE_LETTER, "name") => Some(fixed(NAMES)),
            (WRITE_LETTER, "tone") => Some(fixed(TONES)),
            (EXPLAIN_CHAPTER, "number") => Some(chapters()),
            _ => None,
        },
        Reference::Resource(resource) => match (resource.uri.as_str(), argument) {
            (DOCUMENT_TEMPLATE, "number") => Some(chapters()),
            (NOTE_TEMPLATE, "name") => Some(world.notes().names().map(str::to_owned).collect()),
            (WEATHER_TEMPLATE, "city") => Some(fixed(CITIES)),
            _ => None,
        },
        _ => None,
    }
}
