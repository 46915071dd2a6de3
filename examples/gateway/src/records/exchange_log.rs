//! The exchange log: a line of JSON for each exchange.

use tollbar::analytics::{self, JsonLines, Rotation};

use super::RecordsError;
use crate::config::{Destination, Fsync, Log};

/// Opens the log; `None` when there is to be none.
pub(super) fn open(section: &Log) -> Result<Option<JsonLines>, RecordsError> {
    match &*section.exchanges {
        Destination::Off => Ok(None),
        Destination::Stdout => Ok(Some(JsonLines::stdout()?)),
        Destination::File(path) => match JsonLines::rotating(path, rotation(section)) {
            Ok(log) => Ok(Some(log)),
            Err(source) => Err(RecordsError::Log {
                path: path.display().to_string(),
                source,
            }),
        },
    }
}

/// When the file is put aside. Never, where nothing is said of it.
fn rotation(section: &Log) -> Rotation {
    let mut rotation = Rotation::default();
    let Some(section) = &section.rotation else {
        (rotation.bytes, rotation.age) = (None, None);
        return rotation;
    };
    rotation.bytes = Some(section.size.0.0);
    rotation.age = Some(section.age.0.0);
    rotation.keep = usize::try_from(section.keep).unwrap_or(usize::MAX);
    rotation.fsync = match section.fsync {
        Fsync::Never => analytics::Fsync::Never,
        Fsync::OnRotation => analytics::Fsync::OnRotation,
        Fsync::OnFlush => analytics::Fsync::OnFlush,
    };
    rotation
}
