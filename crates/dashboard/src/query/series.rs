//! How figures change with time.

use std::{collections::HashMap, time::Duration};

use rusqlite::{Connection, params_from_iter, types::Value};
use serde::Serialize;

use super::{
    Filter, QueryError, QuerySettings,
    figures::{Figures, SUMS},
    source::{Source, Wanted},
};
use crate::{store::MINUTE, time::rfc3339};

/// Steps that are taken when none is asked for, in minutes.
const STEPS: [i64; 9] = [1, 5, 15, 30, 60, 180, 360, 720, 1440];

/// So many points are enough when no step is asked for.
const ENOUGH: i64 = 120;

/// How figures change with time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Series {
    /// How many seconds there are between two points.
    pub step_seconds: u64,
    /// One after the other, without a gap. The first and the last may be of a part of a step only.
    pub points: Vec<Point>,
}

/// The figures of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Point {
    /// When the step begins, as RFC 3339 in UTC.
    pub time: String,
    /// What came in since.
    #[serde(flatten)]
    pub figures: Figures,
}

pub(super) fn series(
    connection: &Connection,
    filter: &Filter,
    step: Option<Duration>,
    settings: &QuerySettings,
) -> Result<Series, QueryError> {
    let (from, until) = (filter.period.from / MINUTE, filter.period.until);
    // The last minute that has something of the period.
    let last = until.saturating_sub(1).max(filter.period.from) / MINUTE;
    let most = i64::try_from(settings.points).unwrap_or(i64::MAX);
    let step = match step {
        Some(step) => i64::try_from(step.as_secs().div_ceil(60))
            .unwrap_or(i64::MAX)
            .max(1),
        None => suitable(last - from),
    };
    let (begin, end) = (from / step, last / step);
    if end - begin >= most {
        return Err(QueryError::Points {
            most: settings.points,
        });
    }
    let Source { sql, mut values } = Source::counts(
        filter,
        Wanted {
            step,
            ..Wanted::default()
        },
    );
    values.insert(0, Value::Integer(step));
    let sql = format!("SELECT minute / ? AS step, {SUMS} FROM ({sql}) GROUP BY step");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok((row.get::<_, i64>(0)?, Figures::of(row, 1)?))
    })?;
    let mut known = rows.collect::<rusqlite::Result<HashMap<_, _>>>()?;
    let points = (begin..=end).map(|number| Point {
        time: rfc3339(number.saturating_mul(step).saturating_mul(60)),
        figures: known.remove(&number).unwrap_or_default(),
    });
    Ok(Series {
        step_seconds: step.cast_unsigned().saturating_mul(60),
        points: points.collect(),
    })
}

fn suitable(minutes: i64) -> i64 {
    let fits = |step: &i64| minutes / step < ENOUGH;
    let longest = (minutes / ENOUGH / 1440 + 1) * 1440;
    STEPS.into_iter().find(fits).unwrap_or(longest)
}
