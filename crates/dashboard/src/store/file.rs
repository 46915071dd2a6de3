//! The file itself: what it may be, and who may read it.

use std::{
    fs::{self, Metadata, OpenOptions},
    io,
    path::Path,
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
