//! One writer at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{
    KeyFileError,
    access::{create_private, keep_owner},
    place::Place,
};

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
        match file.try_lock() {
            Ok(()) => return Ok(Self { _file: file }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        match wait(file, patience) {
            Some(Ok(file)) => Ok(Self { _file: file }),
            Some(Err(error)) => Err(failed(error)),
            None => Err(KeyFileError::Locked {
                path: PathBuf::clone(&path),
                waited: patience,
            }),
        }
    }
}

/// Waits in the queue of the operating system, which is fair, and which cannot be left: when the
/// patience is over, the thread stays in it, and gives the lock back as soon as it has it.
fn wait(file: File, patience: Duration) -> Option<io::Result<File>> {
    let (sender, receiver) = mpsc::sync_channel(0);
    let waiting = move || {
        let locked = file.lock().map(|()| file);
        let _ = sender.send(locked);
    };
    match thread::Builder::new()
        .name("key-lock".to_owned())
        .spawn(waiting)
    {
        Ok(_) => receiver.recv_timeout(patience).ok(),
        Err(error) => Some(Err(error)),
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
