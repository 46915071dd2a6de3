//! Why something cannot be done.

use std::{io, path::PathBuf};

use thiserror::Error;
use tokio::task::JoinError;
use tollbar::plan::key::{InvalidKey, KeyError, NoRandomness, StoreError};

use super::escaped::escaped;
use crate::{compose::OpenError, configuration::Unusable};

#[derive(Debug, Error)]
pub(super) enum KeysError {
    #[error(
        "which gateway's keys? give its configuration with `--config FILE`, or in `TOLLBAR_CONFIG`, or \
         a key file with `--file KEYS`; there is no `gateway.toml` here"
    )]
    NoConfiguration,
    #[error("give `--config FILE` or `--file KEYS`, not both: they may name different keys")]
    TwoPlaces,
    #[error(
        "`--pepper-file` belongs to `--file KEYS`: a configuration says itself where its pepper is"
    )]
    PepperAlone,
    #[error("the configuration `{}` cannot be used", .0.display())]
    BadConfiguration(PathBuf),
    #[error("the configuration has no proxy `{}`{}", escaped(.name), hint(.known, .near.as_deref()))]
    UnknownProxy {
        name: String,
        known: String,
        near: Option<String>,
    },
    #[error(
        "that is a secret, not a name: other users can see arguments in the list of processes; \
         `tollbar-gateway keys identify` reads it from standard input and says whose it is. Revoke it \
         if this machine is shared"
    )]
    Secret,
    #[error(
        "give the key on standard input: other users can see arguments in the list of processes"
    )]
    KeyAsArgument,
    #[error("there is nothing on standard input: write or pipe the key there")]
    NoKey,
    #[error("standard input cannot be read: {0}")]
    Unreadable(io::Error),
    #[error(
        "the key `{}` cannot be shown, since standard output cannot be written: {source}; nobody \
         has it, so rotate or revoke it",
        escaped(.name)
    )]
    NotShown { name: String, source: io::Error },
    #[error("this key is not known here")]
    NotKnown,
    #[error(transparent)]
    InvalidKey(#[from] InvalidKey),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the key file was not read: {0}")]
    Broken(#[from] JoinError),
    #[error("{}", escaped(&.0.to_string()))]
    Key(KeyError),
    #[error(transparent)]
    NoRandomness(NoRandomness),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unusable> for KeysError {
    fn from(error: Unusable) -> Self {
        match error {
            Unusable::Missing => Self::NoConfiguration,
            Unusable::Bad(path) => Self::BadConfiguration(path),
        }
    }
}

impl From<KeyError> for KeysError {
    fn from(error: KeyError) -> Self {
        match error {
            // Here it stood on the command line.
            KeyError::Secret => Self::Secret,
            error => Self::Key(error),
        }
    }
}

fn hint(known: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => format!(": did you mean `{near}`?"),
        None => format!(": it has {known}"),
    }
}
