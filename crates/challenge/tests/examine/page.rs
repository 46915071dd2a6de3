//! The page for whoever is asked why somebody cannot get in.

use tollbar_challenge::RelayExamination;
use tollbar_fetch::{Outcome, Step};

const PAGE: &str = include_str!("../../../../docs/troubleshooting.md");

/// Whether whatever is said against the server has a row in the page.
pub(crate) fn has_rows_for(examination: &RelayExamination) {
    let steps = examination.steps().iter();
    for step in steps.filter(|step| step.outcome() >= Outcome::Warning) {
        let rows = rows(step);
        let fits = |row: &&str| says(row, step.found());
        assert!(
            rows.iter().any(fits),
            "no row of `{}` for: {}",
            step.name(),
            step.found()
        );
        // Which mode fits follows from the other steps, where it is said what to do.
        let is_mode = step.name() == "mode";
        assert!(
            is_mode || step.fix().is_some(),
            "no fix for: {}",
            step.found()
        );
    }
}

/// What the rows of this step say.
fn rows(step: &Step) -> Vec<&'static str> {
    let begins = format!("| `{}` | ", step.name());
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix(&*begins));
    rows.filter_map(|row| row.split(" | ").next()).collect()
}

/// Whether a text is what a row says, in which `…` is anything.
fn says(row: &str, text: &str) -> bool {
    let mut pieces = row.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.is_empty() || row.ends_with('…')
}

#[test]
fn rows_say_what_they_say() {
    assert!(says("it is here", "it is here"));
    assert!(says("it is … and …", "it is a and b"));
    assert!(!says("it is … and …", "it is a"));
    assert!(!says("it is", "it is here"));
    assert!(says("`…` is …", "`x` is y"));
    assert!(!says("… is here", "it is here, too"));
}
