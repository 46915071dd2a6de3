//! What can go wrong with keys.

use std::{error::Error, fmt::Write as _, sync::Arc};

use thiserror::Error;

use super::{InvalidRecord, KeyId, NoRandomness};

/// A store cannot work now: its file is damaged, its server does not answer.
#[derive(Clone, Debug, Error)]
#[error(transparent)]
pub struct StoreError(Arc<dyn Error + Send + Sync>);

impl StoreError {
    /// A failure, told by what went wrong beneath.
    #[must_use]
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into().into())
    }
}

/// Something about a key cannot be done.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Another key that is not revoked has this name.
    #[error("there is a key `{name}` already ({id}): choose another name, or revoke that one")]
    NameTaken {
        /// The name that is wanted.
        name: String,
        /// The key that has it.
        id: KeyId,
    },
    /// The id or a digest is in the store already.
    #[error("this key is in the store already ({0})")]
    Taken(KeyId),
    /// No key has this name or id.
    #[error("there is no key `{0}`")]
    Unknown(String),
    /// What is given as a name or an id looks like a key, or a part of one. It is not repeated.
    #[error("that is a secret, not a name: a key is meant by its name or its id")]
    Secret,
    /// Several keys, all of them revoked, have this name.
    #[error(
        "several keys had the name `{name}`, say which by its id: {}",
        list(ids)
    )]
    Ambiguous {
        /// The name that is meant.
        name: String,
        /// The keys that have it.
        ids: Vec<KeyId>,
    },
    /// The record would hold something that no store takes.
    #[error(transparent)]
    Invalid(#[from] InvalidRecord),
    /// The key was revoked, which is for good.
    #[error("the key {0} is revoked, and that is for good: create another one")]
    Revoked(KeyId),
    /// The key has expired.
    #[error("the key {0} has expired: set a later expiry first")]
    Expired(KeyId),
    /// As many secrets of a key work already as may.
    #[error(
        "{most} secrets of the key {id} work already: wait for the oldest to end, or rotate with an \
         overlap of 0"
    )]
    TooManySecrets {
        /// The key.
        id: KeyId,
        /// How many may.
        most: usize,
    },
    /// No secret can be made.
    #[error("{0}")]
    NoRandomness(String),
    /// The store cannot work now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoRandomness> for KeyError {
    fn from(error: NoRandomness) -> Self {
        Self::NoRandomness(error.to_string())
    }
}

fn list(ids: &[KeyId]) -> String {
    let mut text = String::new();
    for id in ids {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a text does not fail.
        let _ = write!(text, "{comma}{id}");
    }
    text
}
