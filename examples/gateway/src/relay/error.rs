//! Why a server cannot be looked at.

use std::{io, path::PathBuf};

use thiserror::Error;
use tollbar::challenge::InvalidRelay;
use url::ParseError;

use crate::{configuration::Unusable, keys::escaped};

/// Why a server cannot be looked at.
#[derive(Debug, Error)]
pub(super) enum RelayError {
    #[error(transparent)]
    Configuration(#[from] Unusable),
    #[error("the configuration has no proxy `{}`: {hint}", escaped(name))]
    Unknown { name: String, hint: String },
    #[error(
        "the proxy `{0}` relays nothing: give it `[proxy.relay]`, or check its server by URL: \
         `tollbar-gateway relay check URL`"
    )]
    NoRelay(String),
    #[error("{invalid}{flag}", invalid = .0, flag = flag(.0))]
    Invalid(#[from] InvalidRelay),
    #[error("the proxy has no public URL: {0}")]
    PublicUrl(#[from] ParseError),
    #[error("the CA file `{}` cannot be read: {error}", path.display())]
    Authorities { path: PathBuf, error: io::Error },
}

impl RelayError {
    /// The exit code: 2 where the command line or the configuration cannot work.
    pub(super) const fn code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Unknown { .. } | Self::NoRelay(_) | Self::Invalid(_) => {
                2
            }
            Self::PublicUrl(_) | Self::Authorities { .. } => 1,
        }
    }
}

/// Which flag helps.
const fn flag(error: &InvalidRelay) -> &'static str {
    match error {
        InvalidRelay::PlainHttp(_) => " (`--allow-http`)",
        InvalidRelay::Unasked => ": leave out `--mode`, or `--authorization-server`",
        _ => "",
    }
}
