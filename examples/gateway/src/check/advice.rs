//! What was found of another server, in words.

use tollbar::oauth2::{Outcome, Step};

use crate::keys::escaped;

/// What to do, in the form of a problem of a configuration, and how it is said where there is more than one
/// place for it. Nothing where all is well.
pub(crate) fn advice(step: &Step, of: &str, how: &str) -> String {
    let severity = match step.outcome() {
        Outcome::Warning => "warning",
        Outcome::Failed => "error",
        _ => return String::new(),
    };
    let found = format!("{of}{}: {}", step.name(), escaped(step.found()));
    let fix = step.fix().map(|fix| format!("{fix}{how}"));
    said(severity, &found, fix.as_deref())
}

/// A problem, and what to do about it.
pub(crate) fn said(severity: &str, what: &str, fix: Option<&str>) -> String {
    let mut text = format!("{severity}: {what}\n");
    if let Some(fix) = fix {
        text.push_str(&format!("   = fix: {}\n", escaped(fix)));
    }
    text.push('\n');
    text
}

/// How a step has ended, in a word.
pub(crate) const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "ok",
        Outcome::Skipped => "skipped",
        Outcome::Warning => "warning",
        _ => "failed",
    }
}
