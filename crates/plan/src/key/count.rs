//! How many keys there are.

use std::{fmt, time::SystemTime};

use super::{KeyRecord, KeyState};

/// How many keys there are of each kind, for people who want to know whether a change has arrived.
///
/// ```
/// use std::time::SystemTime;
/// use tollbar_plan::key::{KeyCounts, Keys, MemoryStore, NewKey, Pepper};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let keys = Keys::new(MemoryStore::new(), Pepper::generate()?);
/// keys.create(NewKey::new("ci").proxy("mock")).await?;
/// keys.create(NewKey::new("cd").proxy("mock")).await?;
/// keys.revoke("ci").await?;
///
/// let counts = KeyCounts::of(&keys.list().await?, SystemTime::now());
/// assert_eq!(counts.to_string(), "1 active, 0 suspended, 1 revoked or expired");
/// # Ok::<(), tollbar_plan::key::KeyError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyCounts {
    /// Those that work.
    pub active: usize,
    /// Those that work once they are resumed.
    pub suspended: usize,
    /// Those that were revoked or have expired, as far as they are remembered.
    pub ended: usize,
}

impl KeyCounts {
    /// Counts these keys by their state at this time.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a KeyRecord>, now: SystemTime) -> Self {
        let mut counts = Self::default();
        for record in records {
            let count = match record.state(now) {
                KeyState::Active => &mut counts.active,
                KeyState::Suspended => &mut counts.suspended,
                KeyState::Revoked | KeyState::Expired => &mut counts.ended,
            };
            *count += 1;
        }
        counts
    }
}

impl fmt::Display for KeyCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            active,
            suspended,
            ended,
        } = self;
        write!(
            f,
            "{active} active, {suspended} suspended, {ended} revoked or expired"
        )
    }
}
