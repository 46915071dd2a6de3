//! How long most of them took.

use rusqlite::{Connection, Row, params_from_iter, types::Value};
use serde::Serialize;

use super::{
    Filter, QueryError,
    figures::unsigned,
    source::{Source, Wanted},
};
use crate::store::{BUCKETS, Histogram, columns, rank};

/// How long most exchanges took until the end of the answer, in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Percentiles {
    /// How many exchanges there were.
    pub count: u64,
    /// Whether each one was looked at. Otherwise it is an estimate, in the right one of 24 buckets, each of which is
    /// twice as wide as the one before: at worst half as long, or twice as long, as it is.
    pub is_exact: bool,
    /// Half of them took at most so long.
    pub p50_us: Option<u64>,
    /// 90 of 100 took at most so long.
    pub p90_us: Option<u64>,
    /// 95 of 100 took at most so long.
    pub p95_us: Option<u64>,
    /// 99 of 100 took at most so long.
    pub p99_us: Option<u64>,
}

pub(super) fn percentiles(
    connection: &Connection,
    filter: &Filter,
    exact: u64,
) -> Result<Percentiles, QueryError> {
    let Source { sql, values } = Source::counts(
        filter,
        Wanted {
            has_histogram: true,
            ..Wanted::default()
        },
    );
    let buckets = columns(|bucket| format!("coalesce(sum(h{bucket}), 0)"));
    let sql = format!(
        "SELECT coalesce(sum(count), 0), min(total_min), max(total_max), {buckets} FROM ({sql})"
    );
    let (count, least, most, histogram) =
        connection.query_row(&sql, params_from_iter(values), |row| {
            let bound = |column| {
                row.get::<_, Option<i64>>(column)
                    .map(|it| it.map_or(0, unsigned))
            };
            let count = row.get::<_, i64>(0).map(unsigned)?;
            Ok((count, bound(1)?, bound(2)?, histogram(row, 3)?))
        })?;
    if count <= exact
        && let Some(sorted) = durations(connection, filter, count)?
    {
        let at = |hundredths| {
            let rank = usize::try_from(rank(count, hundredths)?).ok()?;
            sorted.get(rank).copied().map(unsigned)
        };
        return Ok(of(count, true, at));
    }
    let at = |hundredths| histogram.percentile(hundredths, least, most);
    Ok(of(count, false, at))
}

fn of(count: u64, is_exact: bool, at: impl Fn(u8) -> Option<u64>) -> Percentiles {
    Percentiles {
        count,
        is_exact,
        p50_us: at(50),
        p90_us: at(90),
        p95_us: at(95),
        p99_us: at(99),
    }
}

/// All durations. `None` when some of the exchanges are not kept any more.
fn durations(
    connection: &Connection,
    filter: &Filter,
    count: u64,
) -> Result<Option<Vec<i64>>, QueryError> {
    let mut source = Source {
        sql: "SELECT total_us FROM exchanges WHERE ".into(),
        values: Vec::new(),
    };
    source.rows(filter, (filter.period.from, filter.period.until));
    source.sql.push_str(" LIMIT ?");
    // One more shows that the counts do not fit either: names that were counted together.
    let most = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
    source.values.push(Value::Integer(most));
    let mut statement = connection.prepare(&source.sql)?;
    let rows = statement.query_map(params_from_iter(source.values), |row| row.get(0))?;
    let mut durations = rows.collect::<rusqlite::Result<Vec<i64>>>()?;
    durations.sort_unstable();
    Ok((durations.len() as u64 == count).then_some(durations))
}

/// The columns of a histogram, from this one on.
pub(super) fn histogram(row: &Row<'_>, from: usize) -> rusqlite::Result<Histogram> {
    let mut histogram = Histogram([0; BUCKETS]);
    for (bucket, count) in histogram.0.iter_mut().enumerate() {
        *count = unsigned(row.get(from + bucket)?);
    }
    Ok(histogram)
}
