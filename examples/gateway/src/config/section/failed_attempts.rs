//! `[listener.failed_attempts]`

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::Text;

/// How many credentials a client address may get wrong, over all proxies.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FailedAttempts {
    /// How many wrong credentials an address may present at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) burst: NonZeroU32,
    /// How long it takes until that many are allowed again.
    pub(crate) per: Text<Duration>,
    /// How many addresses are remembered.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub(crate) addresses: NonZeroU32,
}

impl Default for FailedAttempts {
    fn default() -> Self {
        Self {
            burst: NonZeroU32::new(30).unwrap_or(NonZeroU32::MIN),
            per: Text(Duration::from_secs(60)),
            addresses: NonZeroU32::new(100_000).unwrap_or(NonZeroU32::MIN),
        }
    }
}
