//! What was found out.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

/// The longest text of a server that is shown, in characters.
const LONGEST: usize = 80;

/// What kind of server it is, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) outcome: Outcome,
    /// Protocol revisions, newest first.
    pub(crate) versions: Vec<String>,
    /// Name and version, as it says itself.
    pub(crate) server: Option<String>,
    /// How many tools it lists; `None` when it does not say.
    pub(crate) tools: Option<usize>,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It speaks MCP.
    Answers(Era),
    /// It is there, and answers nobody without a credential.
    WantsCredential(StatusCode),
    /// It speaks the HTTP+SSE transport of 2024-11-05.
    OldTransport,
    /// It cannot be talked to.
    Fails(String),
}

/// Which protocol revisions a server speaks (2026-07-28, `basic/versioning`, Terminology).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    Modern,
    Legacy,
    Dual,
}

/// What a server says of itself in one era.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) versions: Vec<String>,
    pub(super) server: Option<String>,
    pub(super) tools: Option<usize>,
}

impl Findings {
    pub(super) fn of(era: Era, profile: Profile) -> Self {
        let mut versions = profile.versions;
        // Revisions are dates, so that the order of texts is the order of time.
        versions.sort_unstable_by(|left, right| right.cmp(left));
        versions.dedup();
        Self {
            outcome: Outcome::Answers(era),
            versions,
            server: profile.server,
            tools: profile.tools,
        }
    }

    pub(super) fn dual(mut modern: Profile, legacy: Profile) -> Self {
        modern.versions.extend(legacy.versions);
        modern.server = modern.server.or(legacy.server);
        modern.tools = modern.tools.or(legacy.tools);
        Self::of(Era::Dual, modern)
    }

    pub(super) const fn none(outcome: Outcome) -> Self {
        Self {
            outcome,
            versions: Vec::new(),
            server: None,
            tools: None,
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
            Self::Dual => "dual-era",
        })
    }
}

/// Name and version from a `serverInfo`.
pub(super) fn server(info: Option<&Value>) -> Option<String> {
    let text = |key| info?.get(key)?.as_str();
    let name = text("name")?;
    let version = text("version").unwrap_or_default();
    Some(plain(format!("{name} {version}").trim_end()))
}

/// A text of a stranger, fit for a terminal: in one line, without control characters, not endless.
pub(super) fn plain(text: &str) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}
