//! What was found out of tokens, kept for a while.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::{Expiry, future::Cache};
use sha2::{Digest as _, Sha256};
use tollbar_core::Revocation;

use crate::{
    claims::{Known, TokenFault},
    unavailable::Unavailable,
};

/// A token, as it is known to a cache: not the token itself, which nobody can find from this.
pub(crate) type TokenDigest = [u8; 32];

/// What was found out of one token. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) finding: Finding,
    /// How long it may be kept.
    pub(crate) lifetime: Duration,
    /// About how many bytes it takes.
    pub(crate) size: u32,
}

/// Whether a token lets somebody in.
#[derive(Clone, Debug)]
pub(crate) enum Finding {
    Admitted(Arc<Admitted>),
    Refused(TokenFault),
}

/// Who is let in by a token, and what ends that.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) known: Known,
    /// Ends all that goes on under the token.
    pub(crate) revocation: Revocation,
}

/// The verdicts of a plan: bounded in bytes, each kept for its lifetime. Those that are used most stay,
/// so that a flood of new tokens does not drive out the ones in use.
pub(crate) struct Verdicts(Cache<TokenDigest, Verdict>);

impl Verdicts {
    /// At most about so many bytes.
    pub(crate) fn new(bytes: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, verdict: &Verdict| verdict.size)
            .expire_after(Lifetime)
            .build();
        Self(cache)
    }

    /// The digest of a token for whoever has these parts in common, such as a plan's name and audiences.
    pub(crate) fn digest(parts: &[&str], token: &str) -> TokenDigest {
        let mut digest = Sha256::new();
        for part in parts.iter().copied().chain([token]) {
            // With its length, so that no two lists of parts read the same.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// The verdict on a token; it is judged when there is none, once for all who ask meanwhile. The
    /// judging goes on when whoever has begun it leaves.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] when it cannot be judged, which is not kept.
    pub(crate) async fn get_or_judge<F>(
        &self,
        token: TokenDigest,
        judge: impl FnOnce() -> F + Send,
    ) -> Result<Verdict, Unavailable>
    where
        F: Future<Output = Result<Verdict, Unavailable>> + Send + 'static,
    {
        if let Some(verdict) = self.0.get(&token).await {
            return Ok(verdict);
        }
        let judged = self.0.try_get_with(token, async {
            match tokio::spawn(judge()).await {
                Ok(judged) => judged,
                // The runtime stops.
                Err(_) => Err(Unavailable {
                    retry_after: Duration::from_secs(1),
                }),
            }
        });
        judged.await.map_err(|unavailable| *unavailable)
    }

    /// Puts a new verdict in the place of the old one.
    pub(crate) async fn replace(&self, token: TokenDigest, verdict: Verdict) {
        self.0.insert(token, verdict).await;
    }

    /// Forgets a verdict.
    pub(crate) async fn forget(&self, token: &TokenDigest) {
        self.0.invalidate(token).await;
    }
}

impl std::fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdicts")
            .field("entries", &self.0.entry_count())
            .finish_non_exhaustive()
    }
}

/// Each verdict has a lifetime of its own.
struct Lifetime;

impl Expiry<TokenDigest, Verdict> for Lifetime {
    fn expire_after_create(&self, _: &TokenDigest, it: &Verdict, _: Instant) -> Option<Duration> {
        Some(it.lifetime)
    }

    fn expire_after_update(
        &self,
        _: &TokenDigest,
        it: &Verdict,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(it.lifetime)
    }
}
