//! The file itself: what it may be, who may read it, and whether it is still there.

use std::{
    error::Error,
    fs::{self, Metadata, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// Makes the file, unless it is there. What SQLite puts beside it gets the same rights.
///
/// One that is there is never opened here: to close it would take away the locks that this process has on it already
/// (POSIX, `fcntl`: all of a process's locks go with the first descriptor that it closes).
pub(super) fn make(path: &Path) -> io::Result<()> {
    match look(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path).map(drop)
        }
        looked => looked.map(|metadata| warn(path, &metadata)),
    }
}

/// Sees whether this is a file, or a link to one. A pipe would be waited for without end.
///
/// # Errors
///
/// `NotFound` when there is nothing; other kinds for what is no file, and for a link to nothing.
pub(crate) fn look(path: &Path) -> io::Result<Metadata> {
    let metadata = fs::metadata(path).map_err(|error| {
        let is_dangling = error.kind() == io::ErrorKind::NotFound && fs::read_link(path).is_ok();
        if is_dangling {
            return io::Error::other(
                "it is a link to what is not there: make that file, or name another",
            );
        }
        error
    })?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder: name a file in it"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other(
            "it is a pipe, a socket or a device: name a file",
        ));
    }
    Ok(metadata)
}

#[cfg(unix)]
fn warn(path: &Path, metadata: &Metadata) {
    if std::os::unix::fs::MetadataExt::mode(metadata) & 0o044 != 0 {
        let path = path.display();
        tracing::warn!("other users may read the store `{path}`: run `chmod 600 {path}`");
    }
}

#[cfg(not(unix))]
fn warn(_: &Path, _: &Metadata) {}

/// The file that was opened, and the name by which it is found again.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    identity: Identity,
}

/// Device and number: what a file keeps when its name changes.
#[cfg(unix)]
type Identity = (u64, u64);

/// Here no file can be told from another one.
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

impl Place {
    /// Of this file, which has just been opened.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.into(),
            identity: identity(&look(path)?),
        })
    }

    /// Sees whether the file stands there still. What is written to one that was moved or removed is not found again.
    pub(super) fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if fs::metadata(&self.path).is_ok_and(|metadata| identity(&metadata) == self.identity) {
            return Ok(());
        }
        let path = self.path.display();
        Err(format!(
            "`{path}` was moved, removed or replaced since it was opened: put it back, or start anew with another file"
        )
        .into())
    }
}
