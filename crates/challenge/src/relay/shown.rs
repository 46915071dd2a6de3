//! What a fault shows of others: less in a log than to a person who asks.

use std::fmt;

use url::Url;

use crate::front::{AT_ROOT, WELL_KNOWN};

/// A text of which a log shows less. The path and the query of the URL by which the gateway reaches a server may
/// hold a secret, and are made up for by what the person who set it up knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    log: Box<str>,
    full: Box<str>,
}

impl Shown {
    pub(super) fn new(log: impl Into<Box<str>>, full: impl Into<Box<str>>) -> Self {
        Self {
            log: log.into(),
            full: full.into(),
        }
    }

    /// A place on a server. A log shows which of the standard's places it is, without what is behind.
    pub(crate) fn place(url: &Url) -> Self {
        let (origin, path) = (url.origin().ascii_serialization(), url.path());
        let mut standard = [WELL_KNOWN, AT_ROOT].into_iter();
        let standard = standard.find_map(|it| Some((it, path.strip_prefix(it)?)));
        let (known, rest) = standard.unwrap_or(("", path));
        let rest = if matches!(rest, "" | "/") { "" } else { "/…" };
        Self::new(
            shown(&format!("{origin}{known}{rest}")),
            shown(&format!("{origin}{path}")),
        )
    }

    /// All of it, for the person who has asked.
    pub(crate) fn in_full(&self) -> &str {
        &self.full
    }
}

/// As a log shows it.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.log)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

/// What somebody else has said, for one line of a log: escaped, in backticks, at most 200 characters.
pub(crate) fn shown(text: &str) -> Box<str> {
    const MOST: usize = 200;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`").into()
}
