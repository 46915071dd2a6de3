//! A token that is let in, as long as it lasts.

use std::time::{Duration, SystemTime};

use tollbar_core::Consumer;

use super::TokenFault;

/// A token that is let in, as long as it lasts.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) consumer: Consumer,
    /// `nbf`, or `iat` when that is later.
    pub(crate) begins: Option<SystemTime>,
    /// `exp`.
    pub(crate) expires: Option<SystemTime>,
    /// By how much clocks may differ.
    pub(crate) skew: Duration,
    /// About how many bytes the claims take.
    pub(crate) size: usize,
}

impl Known {
    /// Whether it holds at this time. Asked for each request, since a verdict is kept.
    pub(crate) fn check(&self, now: SystemTime) -> Result<(), TokenFault> {
        if self.ends().is_some_and(|end| end <= now) {
            return Err(TokenFault::Expired);
        }
        let begins = self.begins.and_then(|time| time.checked_sub(self.skew));
        if begins.is_some_and(|begin| begin > now) {
            return Err(TokenFault::NotYetValid);
        }
        Ok(())
    }

    /// When it holds no longer here: the skew later than it says. `None` when it says nothing, or a time
    /// that no clock will show.
    pub(crate) fn ends(&self) -> Option<SystemTime> {
        self.expires.and_then(|time| time.checked_add(self.skew))
    }

    /// How long it still holds, if there is an end to it.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let end = self.ends()?;
        Some(end.duration_since(now).unwrap_or_default())
    }
}
