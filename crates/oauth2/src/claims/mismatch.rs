//! What a genuine token says, and what it should.

use tokio::time::Instant;

use tollbar_fetch::Seldom;

/// Longer words are cut, in characters.
const LONGEST: usize = 200;

/// What a genuine token says, and what it should: told in the log, since neither is a secret, and nobody
/// finds out otherwise which of the two is to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    claim: &'static str,
    found: Box<str>,
    expected: Box<str>,
}

impl Mismatch {
    pub(super) fn new(claim: &'static str, found: &str, expected: &str) -> Self {
        Self {
            claim,
            found: shown(found),
            expected: shown(expected),
        }
    }

    /// Tells the log, once in a while.
    pub(crate) fn tell(&self, plan: &str, reason: &'static str, lines: &Seldom) {
        if let Some(withheld) = lines.pass(Instant::now()) {
            tracing::warn!(
                plan,
                reason,
                claim = self.claim,
                found = %self.found,
                expected = %self.expected,
                like_lines_withheld = (withheld > 0).then_some(withheld),
                "a genuine token is refused: correct what the authorization server issues, or what the \
                 plan expects"
            );
        }
    }
}

/// As it may stand in a line of a log.
fn shown(text: &str) -> Box<str> {
    text.chars()
        .flat_map(char::escape_debug)
        .take(LONGEST)
        .collect::<String>()
        .into()
}
