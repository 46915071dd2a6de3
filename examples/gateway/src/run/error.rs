//! Why the gateway does not run.

use std::io;

use thiserror::Error;
use tollbar::ServeError;
use url::ParseError;

use crate::{compose::ComposeError, config::ListenAddress, records::RecordsError};

/// Why the gateway does not run, or not any more.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    #[error("{0}: choose another address with `--listen`, or `address` in the configuration")]
    Listen(#[from] ServeError),
    #[error(
        "the demo server asks nobody for a credential and listens on loopback addresses only, not \
         on `{0}`: use `--listen 127.0.0.1:7878`"
    )]
    DemoReachable(ListenAddress),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Url(#[from] ParseError),
    #[error(transparent)]
    Io(#[from] io::Error),
}
