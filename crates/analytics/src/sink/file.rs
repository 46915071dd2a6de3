//! A file that lines are appended to.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    time::{Duration, SystemTime},
};

/// Who may read a new file besides its owner: the group, as those who collect logs do. It holds names of people.
#[cfg(unix)]
const MODE: u32 = 0o640;

/// A file that lines are appended to, as it was when it was opened.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) file: File,
    pub(super) length: u64,
    /// Whether it is a file at all, and not a pipe, a terminal or another device. Only files are put aside.
    pub(super) is_file: bool,
    pub(super) identity: Option<Identity>,
    /// How old it was.
    pub(super) age: Duration,
}

/// Which file it is, whatever it is called. Known on Unix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    number: u64,
}

impl LogFile {
    /// Opens a file to append to it, and creates it when it is not there. When its last line has no end, it gets one.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let is_device = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
        let mut file = match open(path, !is_device) {
            // It may be one that we may only write.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => open(path, false)?,
            other => other?,
        };
        let metadata = file.metadata()?;
        let mut length = metadata.len();
        if metadata.is_file() && length > 0 && is_torn(&mut file) {
            file.write_all(b"\n")?;
            length += 1;
        }
        // Not every file system knows when a file was created.
        let since = metadata.created().or_else(|_| metadata.modified());
        let age = since.map(|since| SystemTime::now().duration_since(since).unwrap_or_default());
        Ok(Self {
            file,
            length,
            is_file: metadata.is_file(),
            identity: Identity::of(&metadata),
            age: age.unwrap_or_default(),
        })
    }
}

impl Identity {
    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let (device, number) = (metadata.dev(), metadata.ino());
        Some(Self { device, number })
    }

    #[cfg(not(unix))]
    pub(super) const fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

fn open(path: &Path, is_read: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(is_read);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(MODE);
    }
    options.open(path)
}

/// Whether the last line has no end. Where it cannot be read, nobody knows.
fn is_torn(file: &mut File) -> bool {
    let mut last = [0];
    let mut read = || {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)
    };
    read().is_ok() && last != [b'\n']
}
