//! Why nothing can be told.

use std::path::PathBuf;

use thiserror::Error;
use tollbar::analytics::ExchangeId;
use tollbar_dashboard::{QueryError, StoreError};

use crate::configuration::Unusable;

/// Why nothing can be told.
#[derive(Debug, Error)]
pub(super) enum LogsError {
    #[error(transparent)]
    Configuration(#[from] Unusable),
    #[error(
        "this configuration has no store: add `[store]` and start the gateway anew, or name the file of one with \
         `--store FILE`"
    )]
    NoStore,
    #[error("there is no store at `{}` yet: the gateway makes it at its start", .0.display())]
    Nothing(PathBuf),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("there is no exchange `{0}`: it may be older than the store keeps them")]
    Unknown(ExchangeId),
    #[error("`--since` is not before `--until`")]
    Backwards,
}
