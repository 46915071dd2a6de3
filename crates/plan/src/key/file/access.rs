//! Who may read and write a file, and whose it is.

#[cfg(unix)]
pub(super) use self::unix::{create_private, keep_owner, mode_of};

#[cfg(not(unix))]
pub(super) use self::other::{create_private, keep_owner, mode_of};

#[cfg(unix)]
mod unix {
    use std::{
        fs::{File, Metadata, OpenOptions},
        io,
        os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown},
        path::Path,
    };

    /// The permissions of a file.
    pub(in super::super) fn mode_of(metadata: &Metadata) -> u32 {
        metadata.mode() & 0o7777
    }

    /// Makes a file that was not there, for its owner only.
    pub(in super::super) fn create_private(path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
    }

    /// Gives a new file to the owner of the one whose place it takes. The superuser can; anybody
    /// else would take the file away from its owner.
    pub(in super::super) fn keep_owner(file: &File, earlier: &Metadata) -> io::Result<()> {
        let new = file.metadata()?;
        if new.uid() == earlier.uid() {
            return Ok(());
        }
        fchown(file, Some(earlier.uid()), Some(earlier.gid()))
    }
}

#[cfg(not(unix))]
mod other {
    use std::{
        fs::{File, Metadata, OpenOptions},
        io,
        path::Path,
    };

    /// Access lists are not looked at.
    pub(in super::super) fn mode_of(_: &Metadata) -> u32 {
        0o600
    }

    pub(in super::super) fn create_private(path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
    }

    pub(in super::super) fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
        Ok(())
    }
}
