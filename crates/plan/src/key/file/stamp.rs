//! Whether a file is still the one that was read.

use std::{
    fs::Metadata,
    time::{Duration, SystemTime},
};

/// A change so shortly before the file was read may be followed by another one that leaves the same
/// stamp: clocks of file systems tick slowly.
const SETTLING: Duration = Duration::from_secs(1);

/// What changes when a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    identity: [u64; 2],
    length: u64,
    /// Modification, and change of status, in seconds and nanoseconds.
    times: [i64; 4],
}

impl Stamp {
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;

        Self {
            identity: [metadata.dev(), metadata.ino()],
            length: metadata.len(),
            times: [
                metadata.mtime(),
                metadata.mtime_nsec(),
                metadata.ctime(),
                metadata.ctime_nsec(),
            ],
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(metadata: &Metadata) -> Self {
        let since = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
            .unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let nanoseconds = i64::from(since.subsec_nanos());
        Self {
            identity: [0, 0],
            length: metadata.len(),
            times: [seconds, nanoseconds, seconds, nanoseconds],
        }
    }

    /// Whether a file that was read now and has this stamp cannot change without another stamp.
    pub(super) fn has_settled(&self) -> bool {
        let [.., changed, _] = self.times;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        // A time that is yet to come is no reason to read the file for ever.
        let settling = i64::try_from(SETTLING.as_secs()).unwrap_or(1);
        !(now.saturating_sub(settling)..=now).contains(&changed)
    }
}
