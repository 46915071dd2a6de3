//! The bounds of what is known of keys.

use std::time::Duration;

use crate::{OAuth2Error, backoff::Pace};

/// Longer times mean "never", and would overflow clocks.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The bounds of a [`KeySet`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySetSettings {
    /// How old keys get before they are asked for again, while they are in use.
    pub(crate) refresh: Duration,
    /// How long not to ask again for a key that is not there.
    pub(crate) pause: Duration,
    /// How old keys get at most, while they cannot be had anew.
    pub(crate) stale: Duration,
    /// How long to wait after failures.
    pub(crate) pace: Pace,
}

impl Default for KeySetSettings {
    fn default() -> Self {
        Self {
            refresh: Duration::from_secs(10 * 60),
            pause: Duration::from_secs(30),
            stale: Duration::from_secs(60 * 60),
            pace: Pace {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(30),
            },
        }
    }
}

impl KeySetSettings {
    /// Within what a clock can count.
    pub(super) fn bounded(self) -> Self {
        Self {
            refresh: self.refresh.min(NEVER),
            stale: self.stale.min(NEVER),
            ..self
        }
    }

    /// Whether something can happen in these times.
    pub(crate) const fn check(&self) -> Result<(), OAuth2Error> {
        if self.refresh.is_zero() {
            return Err(OAuth2Error::ZeroTime("keys_refresh"));
        }
        if self.pause.is_zero() {
            return Err(OAuth2Error::ZeroTime("unknown_key_pause"));
        }
        if self.stale.is_zero() {
            return Err(OAuth2Error::ZeroTime("keys_lifetime"));
        }
        Ok(())
    }
}
