//! What exchanges count to.

use rusqlite::Row;
use serde::Serialize;

/// The sums, in the order of [`Figures::of`].
pub(super) const SUMS: &str =
    "coalesce(sum(count), 0), coalesce(sum(errors), 0), coalesce(sum(total_sum), 0),
    min(total_min), max(total_max), coalesce(sum(own_sum), 0), coalesce(sum(own_count), 0),
    coalesce(sum(bytes_in), 0), coalesce(sum(bytes_out), 0)";

/// How many columns [`SUMS`] has.
pub(super) const WIDTH: usize = 9;

/// What exchanges count to. Durations are microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// How many there were.
    pub count: u64,
    /// How many of them were refused, failed, or broke off behind the gateway.
    pub errors: u64,
    /// The shortest, until the end of the answer.
    pub min_us: Option<u64>,
    /// The mean.
    pub mean_us: Option<u64>,
    /// The longest.
    pub max_us: Option<u64>,
    /// The mean of the gateway's own share, until the answer's head.
    pub own_mean_us: Option<u64>,
    /// Bytes of requests.
    pub bytes_in: u64,
    /// Bytes of answers.
    pub bytes_out: u64,
}

impl Figures {
    /// Out of the columns of [`SUMS`], from this one on.
    pub(super) fn of(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        let sum = |column: usize| row.get::<_, i64>(from + column).map(unsigned);
        let (count, total, own, owned) = (sum(0)?, sum(2)?, sum(5)?, sum(6)?);
        Ok(Self {
            count,
            errors: sum(1)?,
            min_us: row.get::<_, Option<i64>>(from + 3)?.map(unsigned),
            mean_us: total.checked_div(count),
            max_us: row.get::<_, Option<i64>>(from + 4)?.map(unsigned),
            own_mean_us: own.checked_div(owned),
            bytes_in: sum(7)?,
            bytes_out: sum(8)?,
        })
    }
}

/// Nothing that is kept is negative.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
