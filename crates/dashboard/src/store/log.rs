//! The write-ahead log beside the file, and how it stays short.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::StoreSettings;

/// For how long readers are waited for at first.
const SHORTEST: Duration = Duration::from_millis(20);

/// For how long they are waited for at most where somebody waits for this.
const FLUSH: Duration = Duration::from_millis(500);

/// After it waited in vain, it rests for so many times as long as it is going to wait next.
const REST: u32 = 10;

/// Cuts the log down. While one reader follows the other, it never begins anew by itself.
///
/// That it cannot is no failure: what stands in the log is as safe as what stands in the file.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    patience: Duration,
    failed: Option<Instant>,
}

impl Log {
    /// Of this file, which is there.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        // It stands beside the file, and not beside a link to it.
        let mut log = fs::canonicalize(path)?.into_os_string();
        log.push("-wal");
        Ok(Self {
            path: log.into(),
            patience: SHORTEST,
            failed: None,
        })
    }

    /// Where it is too long, puts it into the file, and cuts it to nothing.
    ///
    /// Waits for who reads just now, not for who comes: each time that this was in vain, for twice as long, after a
    /// rest. So readers take a tenth of the worker's time at most, and only one that reads for longer than
    /// [`StoreSettings::busy`] lets the log grow on.
    pub(super) fn shorten(&mut self, connection: &Connection, settings: &StoreSettings) {
        let is_long = fs::metadata(&self.path).is_ok_and(|log| log.len() > settings.log_bytes);
        if !is_long {
            (self.patience, self.failed) = (SHORTEST, None);
            return;
        }
        let rest = self.patience.saturating_mul(REST);
        if self.failed.is_some_and(|failed| failed.elapsed() < rest) {
            return;
        }
        if empty(connection, settings, self.patience) {
            self.failed = None;
        } else {
            self.patience = self.patience.saturating_mul(2).min(settings.busy);
            self.failed = Some(Instant::now());
        }
    }
}

/// Puts all of the log into the file, where no reader stands in the way for long.
pub(super) fn flush(connection: &Connection, settings: &StoreSettings) {
    empty(connection, settings, FLUSH);
}

/// Whether the log is empty now.
fn empty(connection: &Connection, settings: &StoreSettings, patience: Duration) -> bool {
    let checkpoint = || {
        connection.busy_timeout(patience.min(settings.busy))?;
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(checkpoint, [], |row| row.get::<_, bool>(0))
    };
    let is_blocked = checkpoint();
    let restored = connection.busy_timeout(settings.busy);
    let outcome = is_blocked.and_then(|is_blocked| restored.map(|()| is_blocked));
    outcome.map_or_else(
        |error| {
            tracing::debug!(%error, "the write-ahead log cannot be put into the file");
            false
        },
        |is_blocked| !is_blocked,
    )
}
