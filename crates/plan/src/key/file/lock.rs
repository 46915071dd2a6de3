//! One writer at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{
    KeyFileError,
    access::{create_private, keep_owner},
    place::Place,
};

/// How often a lock that somebody else has is tried, at first. It is held for the time of one write.
const PAUSE: Duration = Duration::from_millis(5);

/// How often it is tried at last.
const SHORTEST: Duration = Duration::from_micros(100);

/// The right to replace a file, among all processes of the machine. It ends when this is dropped, or
/// with the process.
///
/// It is held on a file of its own, `<file>.lock`, since the file itself is replaced. That one is
/// empty and stays.
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits for the lock. Blocks.
    pub(super) fn take(place: &Place, patience: Duration) -> Result<Self, KeyFileError> {
        let path = place.beside(".lock");
        let failed = |source| KeyFileError::Access {
            action: "lock",
            path: path.clone(),
            source,
        };
        let file = open(&path, place.path()).map_err(failed)?;
        let start = Instant::now();
        // Not in the queue of the operating system: it cannot be left, and would keep a thread and
        // the file for each writer that has lost its patience.
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(KeyFileError::Locked {
                    path: path.clone(),
                    waited: patience,
                });
            }
            // Who has waited for longer tries more often, so that nobody in a crowd always comes too late.
            let share = left.as_secs_f64() / patience.as_secs_f64();
            thread::sleep(PAUSE.mul_f64(share.min(1.0)).max(SHORTEST).min(left));
        }
    }
}

/// Opens the lock's file, made for its owner only when it was not there.
fn open(path: &Path, keys: &Path) -> io::Result<File> {
    match create_private(path) {
        Ok(file) => {
            // What the superuser makes must be of use to the owner of the keys.
            if let Ok(keys) = fs::metadata(keys) {
                let _ = keep_owner(&file, &keys);
            }
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            OpenOptions::new().read(true).write(true).open(path)
        }
        Err(error) => Err(error),
    }
}
