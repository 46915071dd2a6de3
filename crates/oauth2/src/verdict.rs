//! What was found out of tokens, kept for a while.

mod digest;
mod flights;
mod kept;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    digest::{TokenDigest, TokenDigests},
    kept::Verdicts,
};

use std::{sync::Arc, time::Duration};

use tollbar_core::Revocation;

use crate::claims::{Known, Rejected};

/// About how many bytes a verdict takes besides what was said of the token.
const OVERHEAD: usize = 512;

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
    Refused(Arc<Rejected>),
}

/// Who is let in by a token, and what ends that.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) known: Known,
    /// Ends all that goes on under the token. In an `Arc` of its own, so that only grants hold clones
    /// of it: [`Revocation::is_shared`] then says whether an exchange is open.
    pub(crate) revocation: Arc<Revocation>,
}

impl Verdict {
    /// Somebody is let in.
    pub(crate) fn admitted(
        known: Known,
        revocation: impl Into<Arc<Revocation>>,
        lifetime: Duration,
    ) -> Self {
        let size = known.size.saturating_add(OVERHEAD);
        let revocation = revocation.into();
        Self {
            finding: Finding::Admitted(Arc::new(Admitted { known, revocation })),
            lifetime,
            size: u32::try_from(size).unwrap_or(u32::MAX),
        }
    }

    /// Nobody is.
    pub(crate) fn refused(rejected: impl Into<Rejected>, lifetime: Duration) -> Self {
        let rejected = rejected.into();
        let size = rejected.size.saturating_add(OVERHEAD);
        Self {
            finding: Finding::Refused(Arc::new(rejected)),
            lifetime,
            size: u32::try_from(size).unwrap_or(u32::MAX),
        }
    }

    /// Whether it has been taken back: nobody may be let in by it any more.
    pub(crate) fn is_revoked(&self) -> bool {
        match &self.finding {
            Finding::Admitted(admitted) => admitted.revocation.is_revoked(),
            Finding::Refused(_) => false,
        }
    }
}
