//! The cache of verdicts.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use moka::{Expiry, sync::Cache};
use tokio::time::Instant;

use super::{
    TokenDigest, Verdict,
    flights::{Flights, Judged},
};

/// Longer lifetimes mean "for ever", and would overflow clocks.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The verdicts of a plan: bounded in bytes, each kept for its lifetime. Those that are used most stay,
/// so that a flood of new tokens does not drive out the ones in use.
///
/// A look takes no lock that is held while somebody waits, and no turn of the runtime.
#[derive(Clone)]
pub(crate) struct Verdicts {
    kept: Cache<TokenDigest, Kept>,
    flights: Arc<Flights>,
}

#[derive(Clone)]
struct Kept {
    verdict: Verdict,
    asked: Instant,
    /// The cache throws it away some time after this.
    until: Instant,
}

impl Verdicts {
    /// At most about so many bytes.
    pub(crate) fn new(bytes: u64) -> Self {
        let kept = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, kept: &Kept| kept.verdict.size)
            .expire_after(Lifetime)
            .build();
        Self {
            kept,
            flights: Arc::default(),
        }
    }

    /// The verdict on a token, as long as it holds.
    pub(crate) fn get(&self, token: &TokenDigest) -> Option<Verdict> {
        let kept = self.kept.get(token)?;
        let holds = Instant::now() < kept.until && !kept.verdict.is_revoked();
        holds.then_some(kept.verdict)
    }

    /// Judges a token, whether there is a verdict or not, once for all who want that meanwhile. Nothing
    /// is kept but what the judging itself [keeps](Self::keep).
    pub(crate) fn once<F>(
        &self,
        token: TokenDigest,
        judge: impl FnOnce() -> F,
    ) -> impl Future<Output = Judged> + Send
    where
        F: Future<Output = Judged> + Send + 'static,
    {
        self.flights.join(token, judge)
    }

    /// The verdict on a token, if it was asked for later than this.
    pub(crate) fn newer(&self, token: &TokenDigest, asked: Instant) -> Option<Verdict> {
        let kept = self.kept.get(token).filter(|kept| kept.asked > asked)?;
        Some(kept.verdict)
    }

    /// Keeps a verdict for its lifetime in the place of the one that is there, unless that was asked for
    /// later. Returns the one that stands.
    pub(crate) fn keep(&self, token: TokenDigest, verdict: Verdict, asked: Instant) -> Verdict {
        if let Some(newer) = self.newer(&token, asked) {
            return newer;
        }
        if verdict.lifetime.is_zero() {
            self.kept.invalidate(&token);
            return verdict;
        }
        let kept = Kept {
            verdict: verdict.clone(),
            asked,
            until: Instant::now() + verdict.lifetime.min(FOR_EVER),
        };
        self.kept.insert(token, kept);
        verdict
    }

    /// How many are kept, and how many bytes they take, when all that is left to do is done.
    #[cfg(test)]
    pub(crate) fn load(&self) -> (u64, u64) {
        self.kept.run_pending_tasks();
        (self.kept.entry_count(), self.kept.weighted_size())
    }
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdicts")
            .field("entries", &self.kept.entry_count())
            .finish_non_exhaustive()
    }
}

/// Each verdict has a lifetime of its own.
struct Lifetime;

impl Expiry<TokenDigest, Kept> for Lifetime {
    fn expire_after_create(
        &self,
        _: &TokenDigest,
        kept: &Kept,
        _: std::time::Instant,
    ) -> Option<Duration> {
        Some(kept.verdict.lifetime.min(FOR_EVER))
    }

    fn expire_after_update(
        &self,
        _: &TokenDigest,
        kept: &Kept,
        _: std::time::Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(kept.verdict.lifetime.min(FOR_EVER))
    }
}
