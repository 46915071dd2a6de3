//! What a server says it can do.

use tollbar_mcp::json::Kind;

use super::{changes::Changes, known::Known};
use crate::{
    Family, Feature, Target,
    access::{Inquiry, TASKS_EXTENSION},
};

/// Takes out of the answer to `initialize` or `server/discover` what the consumer cannot use at all.
pub(super) fn filter(inquiry: &Inquiry<'_>, known: &Known<'_>, changes: &mut Changes) {
    let Some(capabilities) = known.capabilities else {
        return;
    };
    if !known.has_version || capabilities.kind() != Some(Kind::Object) {
        return;
    }
    let sees = |feature| inquiry.may_see(Target::Feature(feature), None);
    changes.retain(&capabilities, |key, _| match key.unwrap_or_default() {
        "tools" => inquiry.shows(Family::Tools),
        "resources" => inquiry.shows(Family::Resources),
        "prompts" => inquiry.shows(Family::Prompts),
        // Nothing else can be completed.
        "completions" => inquiry.shows(Family::Prompts) || inquiry.shows(Family::Resources),
        "logging" => sees(Feature::Logging),
        "tasks" => sees(Feature::Tasks),
        _ => true,
    });
    if let Some(extensions) = capabilities.get("extensions")
        && extensions.get(TASKS_EXTENSION).is_some()
        && !sees(Feature::Tasks)
    {
        changes.retain(&extensions, |key, _| key != Some(TASKS_EXTENSION));
    }
}
