//! What a client answers to the questions of a server.
//!
//! Only the server knows which question an answer is for, and what it takes for an answer to which. So
//! an answer is judged by its shape, and a shape that fits to nothing needs all features.

use tollbar_mcp::json::{Kind, Slice};

use crate::Feature;

/// The members by which an answer is known (MCP 2025-11-25 `schema`: `ElicitResult`, `ListRootsResult`,
/// `CreateMessageResult`, `CreateTaskResult`, `GetTaskResult`, `ListTasksResult`).
const MEMBERS: [(&str, Feature); 9] = [
    ("action", Feature::Elicitation),
    ("roots", Feature::Roots),
    ("role", Feature::Sampling),
    ("model", Feature::Sampling),
    ("content", Feature::Sampling),
    ("task", Feature::Tasks),
    ("tasks", Feature::Tasks),
    ("taskId", Feature::Tasks),
    ("status", Feature::Tasks),
];

/// What a server may ask a client about.
const ALL: [Feature; 4] = [
    Feature::Elicitation,
    Feature::Roots,
    Feature::Sampling,
    Feature::Tasks,
];

/// The features that a response is about, given as the whole message. None where it is an error, or
/// where it says nothing, as the answer to `ping` does.
pub(super) fn features(response: &Slice<'_>) -> Vec<Feature> {
    match response.get("result") {
        Some(result) => of(&result),
        None => Vec::new(),
    }
}

/// The features that the entries of `inputResponses` are about (MCP 2026-07-28 `basic/patterns/mrtr`).
pub(super) fn inputs(responses: &Slice<'_>) -> Vec<Feature> {
    if responses.kind() != Some(Kind::Object) {
        return ALL.to_vec();
    }
    let entries = responses.members().flat_map(|(_, entry)| of(&entry));
    let mut features = Vec::new();
    for feature in entries {
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    features
}

/// The features that one result is about.
fn of(result: &Slice<'_>) -> Vec<Feature> {
    let has = |name: &str| result.get(name).is_some();
    let mut features = Vec::new();
    for (name, feature) in MEMBERS {
        // What was filled in after an elicitation stands in `content`, too.
        let is_filled_in = name == "content" && has("action");
        if !features.contains(&feature) && !is_filled_in && has(name) {
            features.push(feature);
        }
    }
    let says_nothing = result.members().all(|(key, _)| key == "_meta");
    let is_ambiguous = MEMBERS.iter().any(|(name, _)| result.has_look_alike(name));
    let is_unknown = features.is_empty() && !says_nothing;
    if is_ambiguous || is_unknown || result.kind() != Some(Kind::Object) {
        return ALL.to_vec();
    }
    features
}
