//! The exchange log, from its opening to its last line.

use std::time::Duration;

use tollbar::analytics::JsonLines;

use super::RunError;
use crate::config::Destination;

/// How long the last lines may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the log; `None` when there is to be none.
pub(super) fn open(destination: &Destination) -> Result<Option<JsonLines>, RunError> {
    match destination {
        Destination::Off => Ok(None),
        Destination::Stdout => Ok(Some(JsonLines::stdout()?)),
        Destination::File(path) => match JsonLines::file(path) {
            Ok(log) => Ok(Some(log)),
            Err(source) => Err(RunError::Log {
                path: path.display().to_string(),
                source,
            }),
        },
    }
}

/// Waits for the last lines, and says so when some are missing.
pub(super) async fn finish(log: JsonLines) {
    let flushing = log.clone();
    let flushed = tokio::task::spawn_blocking(move || flushing.flush(PATIENCE)).await;
    let lost = log.dropped();
    if lost > 0 || !matches!(flushed, Ok(true)) {
        tracing::warn!(lost, "the exchange log is not complete");
    }
}
