//! Why nothing can be written down.

use std::io;

use thiserror::Error;
use tollbar_dashboard::StoreError;
use tollbar_otel::OtelError;

/// Why nothing can be written down.
#[derive(Debug, Error)]
pub(crate) enum RecordsError {
    #[error("the exchange log `{path}` cannot be written: {source}")]
    Log { path: String, source: io::Error },
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    #[error("telemetry cannot be sent: {0}")]
    Telemetry(#[from] OtelError),
    #[error(transparent)]
    Io(#[from] io::Error),
}
