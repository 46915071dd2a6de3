//! Times as they are written.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The last second of the year 9999, after which RFC 3339 has no words.
const LAST: u64 = 253_402_300_799;

/// A time of the calendar as keys have it: whole seconds between 1970 and 9999, written by RFC 3339
/// in UTC.
///
/// ```
/// use tollbar_plan::key::Timestamp;
///
/// let time: Timestamp = "2027-01-31T13:00:00+01:00".parse()?;
/// assert_eq!(time.to_string(), "2027-01-31T12:00:00Z");
/// assert_eq!(Timestamp::from(time.time()), time);
/// assert!("31 January".parse::<Timestamp>().is_err());
/// # Ok::<(), tollbar_plan::key::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(u64);

/// A text is not a time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a time is written like `2027-01-31T12:00:00Z` (RFC 3339), between 1970 and 9999")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// Now.
    #[must_use]
    pub fn now() -> Self {
        Self::from(SystemTime::now())
    }

    /// The time.
    #[must_use]
    pub fn time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }

    /// Seconds since 1970 began.
    pub(super) const fn seconds(self) -> u64 {
        self.0
    }

    /// This many seconds after 1970 began, or the last second of all.
    pub(super) fn of_seconds(seconds: u64) -> Self {
        Self(seconds.min(LAST))
    }
}

impl From<SystemTime> for Timestamp {
    /// Cut to whole seconds, and to the years that can be written.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::of_seconds(since.as_secs())
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        let seconds = u64::try_from(time.unix_timestamp()).map_err(|_| InvalidTimestamp)?;
        match seconds <= LAST {
            true => Ok(Self(seconds)),
            false => Err(InvalidTimestamp),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0).map_err(|_| fmt::Error)?;
        let time = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| fmt::Error)?;
        f.write_str(&time.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}
