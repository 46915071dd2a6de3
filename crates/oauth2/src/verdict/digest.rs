//! How a token is known to a cache.

use sha2::{Digest as _, Sha256};

/// A token, as it is known to a cache: not the token itself, which nobody can find from this.
pub(crate) type TokenDigest = [u8; 32];

/// Makes digests of tokens for one plan. What all of them have in common is digested once.
#[derive(Clone)]
pub(crate) struct TokenDigests(Sha256);

impl TokenDigests {
    /// For whoever has these parts in common, such as a plan's name and audiences.
    pub(crate) fn new(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            update(&mut digest, part);
        }
        Self(digest)
    }

    pub(crate) fn of(&self, token: &str) -> TokenDigest {
        let mut digest = self.0.clone();
        update(&mut digest, token);
        digest.finalize().into()
    }
}

/// With its length, so that no two lists of parts read the same.
fn update(digest: &mut Sha256, part: &str) {
    digest.update((part.len() as u64).to_be_bytes());
    digest.update(part);
}

impl std::fmt::Debug for TokenDigests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenDigests")
    }
}
