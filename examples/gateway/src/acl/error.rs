//! Why a question about rules has no answer.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{configuration::Unusable, keys::escaped};

/// Why a question about rules has no answer.
#[derive(Debug, Error)]
pub(super) enum AclError {
    #[error(transparent)]
    Configuration(#[from] Unusable),
    #[error("the configuration has no proxy `{}`: {hint}", escaped(name))]
    UnknownProxy { name: String, hint: String },
    #[error("which proxy? give `--proxy NAME`: the configuration has {0}")]
    WhichProxy(String),
    #[error("`--as`: {}", escaped(.0))]
    Who(String),
    #[error("`{}` is no call: {}", escaped(call), escaped(reason))]
    Call { call: String, reason: String },
    #[error("the arguments are not a JSON object: {0}")]
    Arguments(String),
    #[error("the MCP server cannot be asked what it offers: {}", escaped(.0))]
    Upstream(String),
    #[error(
        "the MCP server judges tokens itself, and wants one before it says what it offers: {}: give \
         `--token-env NAME`, a variable with an access token",
        escaped(.0)
    )]
    WantsToken(String),
    #[error("`--token-env`: the environment variable `{}` {reason}", escaped(name))]
    Token { name: String, reason: &'static str },
    #[error(
        "`--token-env`: the proxy `{}` does not pass tokens on to its server: remove it, or add \
         `[proxy.relay]`",
        escaped(.0)
    )]
    NoRelay(String),
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("no line is an exchange: give the exchange log, which `log.exchanges` names")]
    NoExchanges,
    #[error("`{}` is not a file of expectations: {}", path.display(), lines(reason))]
    NoExpectations { path: PathBuf, reason: String },
    #[error("`{}`, {expectation}: {}", path.display(), escaped(reason))]
    Expectation {
        path: PathBuf,
        expectation: String,
        reason: String,
    },
}

/// A text of several lines with nothing in them that moves a cursor.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(escaped).collect();
    lines.join("\n")
}
