//! What can be wrong with a key file.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use crate::key::{KeyError, PepperError, StoreError};

/// A key file, or the file of its pepper, cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("cannot {action} `{}`: {source}{}", path.display(), remedy(source))]
    Access {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Something else stands there.
    #[error("`{}` is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It is longer than any of its kind.
    #[error("`{}` is longer than {most} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// How long it may be.
        most: u64,
    },
    /// Other users may write it, and so give themselves keys.
    #[error(
        "other users may write `{path}` (mode {mode:04o}): run `chmod go-w {path}`, and see who has \
         written it",
        path = path.display()
    )]
    Writable {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Writing it would give it to another user.
    #[error(
        "`{}` belongs to another user, who could not read it any more: run this as that user",
        .0.display()
    )]
    OtherOwner(PathBuf),
    /// It is not what a key file looks like.
    #[error(
        "the key file `{}` is damaged: {reason}; restore a copy, or remove it and make new keys",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// It was written by a later version.
    #[error(
        "the key file `{}` has version {version}, which this program does not know: use a newer one",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// What it holds breaks a rule.
    #[error("the key file `{}` holds what may not be: {source}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The rule.
        source: KeyError,
    },
    /// Its keys were hashed with another pepper.
    #[error(
        "the keys of `{}` were made with another pepper ({written}, and this one is {given}): give \
         the one they were made with",
        path.display()
    )]
    OtherPepper {
        /// The file.
        path: PathBuf,
        /// The fingerprint that stands in the file.
        written: String,
        /// The fingerprint of the pepper that was given.
        given: String,
    },
    /// There are keys, and the file of their pepper is missing.
    #[error(
        "the pepper `{}` is missing, and the keys of `{}` are worth nothing without it: bring it \
         back, or remove the key file and make new keys",
        pepper.display(),
        keys.display()
    )]
    PepperMissing {
        /// Where the pepper should be.
        pepper: PathBuf,
        /// The key file.
        keys: PathBuf,
    },
    /// The file of the pepper holds none.
    #[error("`{}` holds no pepper: {source}", path.display())]
    BadPepper {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PepperError,
    },
    /// It was there and is there no more.
    #[error("the key file `{}` has gone: no key works until it is back", .0.display())]
    Vanished(PathBuf),
    /// Another process holds its lock.
    #[error("`{}` was locked by another process for {}s", path.display(), waited.as_secs_f32())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// How long was waited for it.
        waited: Duration,
    },
    /// No pepper can be made.
    #[error("{0}")]
    NoRandomness(String),
}

/// What to do about it.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            ": run this as the user that it belongs to and that the gateway runs as, or `chown` it"
        }
        _ => "",
    }
}

impl From<KeyFileError> for StoreError {
    fn from(error: KeyFileError) -> Self {
        Self::new(error)
    }
}

impl From<KeyFileError> for KeyError {
    fn from(error: KeyFileError) -> Self {
        Self::Store(error.into())
    }
}
