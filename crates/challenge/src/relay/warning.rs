//! What the log is told of a server that does not say how to log in as clients need it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tollbar_fetch::Seldom;
use url::Url;

use super::{fault::RelayFault, reach::OutOfReach, shown::shown};
use crate::{Challenge, InvalidChallenge};

/// One line in this time for each kind of warning: a flood of requests is no flood of lines.
const ONE_MINUTE: Duration = Duration::from_secs(60);

/// What a challenge says is wrong (RFC 6750 section 3.1).
const ERRORS: [&str; 3] = ["invalid_token", "insufficient_scope", "invalid_request"];

/// Something that a server does wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Warning<'a> {
    /// There is nothing to tell as metadata.
    Metadata(&'a RelayFault),
    /// What was found before is told, although this has happened since.
    Stale {
        fault: &'a RelayFault,
        age: Duration,
        left: Duration,
    },
    /// What would not be told under another URL is told as it is.
    Untouched(&'a RelayFault),
    /// The challenge cannot be read.
    Unreadable(&'a InvalidChallenge),
    /// 401 without a challenge.
    NoChallenge,
    /// A challenge for a bearer token that names no metadata.
    NoPointer,
    /// A challenge names metadata at a place that is not asked.
    Elsewhere(&'a OutOfReach),
    /// Tokens go with a proof that is made for one URL (RFC 9449).
    BoundTokens,
    /// Tokens of clients are refused, one after the other; the last one with this challenge.
    TokensRefused {
        bearer: Option<&'a Challenge>,
        public_url: &'a Url,
    },
}

impl Warning<'_> {
    /// What happened.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Metadata(_) => "the metadata of the MCP server cannot be told",
            Self::Stale { .. } => {
                "the MCP server does not say what its metadata is now: what it said before is told"
            }
            Self::Untouched(_) => "clients will not accept the metadata of the MCP server",
            Self::Unreadable(_) => "the challenge of the MCP server cannot be read",
            Self::NoChallenge => "the MCP server answers 401 without a challenge",
            Self::NoPointer => "the challenge of the MCP server names no `resource_metadata`",
            Self::Elsewhere(_) => "the MCP server names metadata at a place that is not asked",
            Self::BoundTokens => "the MCP server takes tokens with a proof of possession only",
            Self::TokensRefused { .. } => "the MCP server refuses the tokens of clients",
        }
    }

    /// What was found.
    pub(crate) fn found(self) -> String {
        match self {
            Self::Metadata(fault) | Self::Untouched(fault) => fault.to_string(),
            Self::Stale { fault, age, left } => format!(
                "told as of {} s ago, and for {} s more, because {fault}",
                age.as_secs(),
                left.as_secs()
            ),
            Self::Unreadable(error) => error.to_string(),
            Self::NoChallenge => "there is no `WWW-Authenticate`".to_owned(),
            Self::NoPointer => "a challenge for a bearer token without it".to_owned(),
            Self::Elsewhere(reason) => reason.to_string(),
            Self::BoundTokens => "a challenge for `DPoP`, and none for `Bearer`".to_owned(),
            Self::TokensRefused { bearer, .. } => {
                // No more than the standard's words: a description may have the token in it.
                let said = bearer.and_then(|bearer| bearer.get("error"));
                match ERRORS.into_iter().find(|error| Some(*error) == said) {
                    None => "one after the other, and it does not say why".to_owned(),
                    Some(error) => format!("one after the other: `{error}`"),
                }
            }
        }
    }

    /// What to do about it.
    pub(crate) fn fix(self) -> String {
        let fix = match self {
            Self::Metadata(fault) | Self::Stale { fault, .. } | Self::Untouched(fault) => {
                return fault.fix().into_owned();
            }
            Self::TokensRefused { public_url, .. } => {
                return format!(
                    "clients get tokens for {}: have the authorization server issue them for that URL, and \
                     have the MCP server accept it as its own audience. Tokens that have expired are refused \
                     everywhere, and need nothing",
                    shown(public_url.as_str())
                );
            }
            Self::Elsewhere(reason) => reason.fix(),
            Self::Unreadable(_) => {
                "correct the challenge of the MCP server (RFC 9110 section 11.6.1)"
            }
            Self::NoChallenge => {
                "let the MCP server answer with `WWW-Authenticate: Bearer resource_metadata=\"...\"` \
                 (RFC 9728 section 5.1); meanwhile the gateway adds it where there is metadata"
            }
            Self::NoPointer => {
                "let the MCP server name its metadata (RFC 9728 section 5.1); meanwhile the gateway adds \
                 it where there is metadata"
            }
            Self::BoundTokens => {
                "let the MCP server take bearer tokens: a proof is made for the gateway's URL, and is \
                 worth nothing behind it"
            }
        };
        fix.to_owned()
    }

    /// Its kind, by which its lines are counted.
    fn kind(self) -> &'static str {
        match self {
            Self::Metadata(fault) | Self::Untouched(fault) => fault.reason(),
            other => other.message(),
        }
    }
}

/// Tells the log of one proxy.
#[derive(Debug)]
pub(super) struct Warnings {
    proxy: Box<str>,
    /// By their kind; there are no more kinds than [`Warning`] and [`RelayFault`] have.
    told: Mutex<Vec<(&'static str, Arc<Seldom>)>>,
    /// Whether the log was told that metadata is old or missing, and not yet that it is there again.
    is_missed: AtomicBool,
}

impl Warnings {
    pub(super) fn new(proxy: &str) -> Self {
        Self {
            proxy: proxy.into(),
            told: Mutex::default(),
            is_missed: AtomicBool::new(false),
        }
    }

    /// Writes a line, unless there was one of its kind a moment ago.
    pub(super) fn warn(&self, warning: Warning<'_>) {
        let Some(withheld) = self.seldom(warning.kind()).pass(Instant::now()) else {
            return;
        };
        if matches!(warning, Warning::Metadata(_) | Warning::Stale { .. }) {
            self.is_missed.store(true, Ordering::Relaxed);
        }
        tracing::warn!(
            proxy = &*self.proxy,
            found = warning.found(),
            fix = warning.fix(),
            like_lines_withheld = (withheld > 0).then_some(withheld),
            "{}",
            warning.message()
        );
    }

    /// Notes that there is metadata: a line, if the last one has said that there is none.
    pub(super) fn note_metadata(&self) {
        if self.is_missed.swap(false, Ordering::Relaxed) {
            tracing::info!(
                proxy = &*self.proxy,
                "the metadata of the MCP server can be told again"
            );
        }
    }

    fn seldom(&self, kind: &'static str) -> Arc<Seldom> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, seldom)) = told.iter().find(|(own, _)| *own == kind) {
            return Arc::clone(seldom);
        }
        let seldom = Arc::new(Seldom::new(ONE_MINUTE));
        told.push((kind, Arc::clone(&seldom)));
        seldom
    }
}
