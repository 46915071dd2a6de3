//! Where a key file stands, and how it is read and replaced there.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::{
    KeyFileError,
    access::{create_private, keep_owner, mode_of},
    stamp::Stamp,
};

/// The path of a file that is read whole, and replaced whole by another one in the same folder.
#[derive(Clone, Debug)]
pub(super) struct Place(PathBuf);

/// What stood there.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) stamp: Stamp,
    /// Whether other users may read it.
    pub(super) is_readable: bool,
}

impl Place {
    pub(super) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file beside the one that is meant: a link is followed first, so that all who
    /// mean one file, by whatever path, find the same neighbour.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = OsString::from(self.target());
        path.push(suffix);
        path.into()
    }

    fn target(&self) -> PathBuf {
        if let Ok(path) = fs::canonicalize(&self.0) {
            return path;
        }
        let folder = self.0.parent().and_then(|folder| {
            let here = folder.as_os_str().is_empty();
            fs::canonicalize(if here { Path::new(".") } else { folder }).ok()
        });
        match (folder, self.0.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => self.0.clone(),
        }
    }

    /// The stamp of what stands there; `None` when nothing does.
    pub(super) fn stamp(&self) -> Result<Option<Stamp>, KeyFileError> {
        match fs::metadata(&self.0) {
            Ok(metadata) => Ok(Some(Stamp::of(&metadata))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", error)),
        }
    }

    /// Reads what stands there, `None` when nothing does. The stamp is older than the content.
    pub(super) fn read(&self, most: u64) -> Result<Option<Content>, KeyFileError> {
        // Anything else, such as a pipe, might keep the caller waiting.
        match fs::metadata(&self.0) {
            Ok(metadata) if !metadata.is_file() => {
                return Err(KeyFileError::NotAFile(self.0.clone()));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(self.failed("read", error));
            }
            _ => {}
        }
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("open", error)),
        };
        let metadata = file
            .metadata()
            .map_err(|error| self.failed("read", error))?;
        let mode = mode_of(&metadata);
        if mode & 0o022 != 0 {
            let path = self.0.clone();
            return Err(KeyFileError::Writable { path, mode });
        }
        // Room for all of it: a buffer that grows leaves copies behind.
        let room = usize::try_from(metadata.len().min(most)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(room.saturating_add(1));
        file.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| self.failed("read", error))?;
        if bytes.len() as u64 > most {
            let path = self.0.clone();
            return Err(KeyFileError::TooLong { path, most });
        }
        Ok(Some(Content {
            bytes,
            stamp: Stamp::of(&metadata),
            is_readable: mode & 0o044 != 0,
        }))
    }

    /// Puts another content there, for the owner only, so that whoever looks sees the one or the
    /// other whole, even after a crash. The caller holds the lock. Gives the new stamp.
    pub(super) fn replace(&self, content: &[u8]) -> Result<Stamp, KeyFileError> {
        let (target, new) = (self.target(), self.beside(".new"));
        let moved = write(&new, &target, content).and_then(|file| {
            let Some(file) = file else { return Ok(None) };
            fs::rename(&new, &target)?;
            sync_folder(&target)?;
            file.metadata().map(Some)
        });
        let error = match moved {
            Ok(Some(metadata)) => return Ok(Stamp::of(&metadata)),
            Ok(None) => KeyFileError::OtherOwner(target),
            Err(error) => self.failed("write", error),
        };
        // It would be in nobody's way: the next writer removes it too.
        let _ = fs::remove_file(&new);
        Err(error)
    }

    pub(super) fn failed(&self, action: &'static str, source: io::Error) -> KeyFileError {
        let path = self.0.clone();
        KeyFileError::Access {
            action,
            path,
            source,
        }
    }
}

/// Writes a new file down to the disk. `None` when it cannot belong to the present one's owner.
fn write(new: &Path, target: &Path, content: &[u8]) -> io::Result<Option<File>> {
    // A writer that was killed has left it.
    match fs::remove_file(new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_private(new)?;
    if let Ok(earlier) = fs::metadata(target)
        && keep_owner(&file, &earlier).is_err()
    {
        return Ok(None);
    }
    file.write_all(content)?;
    file.sync_all()?;
    Ok(Some(file))
}

/// Writes down that a file has another place now.
#[cfg(unix)]
fn sync_folder(target: &Path) -> io::Result<()> {
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
