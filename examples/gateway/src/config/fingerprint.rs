//! Whether a part of a configuration is what it was.

use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A digest of a part of a configuration, secrets and files that it refers to included. It stays in
/// this process, and tells only whether two of them are the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The digest of what is written.
    pub(crate) fn of(part: &impl Serialize) -> Self {
        Gathering::default().close(part)
    }

    /// The digest of this and another part.
    pub(crate) fn and(self, part: &impl Serialize) -> Self {
        let mut gathering = Gathering::default();
        gathering.add(&self.0);
        gathering.close(part)
    }

    /// The digest of this and another one.
    pub(crate) fn with(self, other: Self) -> Self {
        self.and(&other.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// What was read outside the configuration for one part of it, so far.
#[derive(Clone, Default)]
pub(super) struct Gathering(Sha256);

impl Gathering {
    /// Adds what was read.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        // With its length, so that no two sequences look the same.
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    /// The digest of all that was read and of what is written.
    pub(super) fn close(mut self, part: &impl Serialize) -> Fingerprint {
        // Sections are written as they were read: there is always a text.
        self.add(&serde_json::to_vec(part).unwrap_or_default());
        Fingerprint(self.0.finalize().into())
    }
}
