//! Which are the most.

use rusqlite::{
    Connection, Row, params_from_iter,
    types::{Value, ValueRef},
};
use serde::Serialize;

use super::{
    Dimension, Filter, QueryError,
    figures::{Figures, SUMS, WIDTH},
    percentiles::histogram,
    source::{Source, Wanted},
};
use crate::store::columns;

/// How many are listed at most.
pub(crate) const MOST: usize = 100;

/// What makes the first of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// The most exchanges.
    #[default]
    Count,
    /// The most errors.
    Errors,
    /// The longest mean duration.
    Slowest,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// What was counted.
    pub value: Label,
    /// What it counts to.
    #[serde(flatten)]
    pub figures: Figures,
    /// Half of them took at most so long, in microseconds. An estimate, as are the next ones: see
    /// [`Percentiles::is_exact`](crate::Percentiles::is_exact).
    pub p50_us: Option<u64>,
    /// 95 of 100 took at most so long.
    pub p95_us: Option<u64>,
    /// 99 of 100 took at most so long.
    pub p99_us: Option<u64>,
}

/// The value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Label {
    /// A status, its first digit, or a code.
    Number(i64),
    /// A name. What was [counted together](crate::OTHER) has one too.
    Text(String),
    /// Nothing is known.
    None,
}

impl Label {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(match row.get_ref(0)? {
            ValueRef::Integer(number) => Self::Number(number),
            ValueRef::Text(text) if !text.is_empty() => {
                Self::Text(String::from_utf8_lossy(text).into_owned())
            }
            _ => Self::None,
        })
    }
}

pub(super) fn top(
    connection: &Connection,
    filter: &Filter,
    by: Dimension,
    order: Order,
    most: usize,
) -> Result<Vec<Entry>, QueryError> {
    let most = i64::try_from(most.clamp(1, MOST)).unwrap_or(i64::MAX);
    let list = List {
        filter,
        by,
        order,
        most,
    };
    let first = match list.is_long() {
        true => Some(list.first(connection)?),
        false => None,
    };
    Ok(list.entries(connection, first)?)
}

/// What a list is made by.
struct List<'a> {
    filter: &'a Filter,
    by: Dimension,
    order: Order,
    most: i64,
}

impl List<'_> {
    /// Whether there are many names, and many counts of each. All of those are sorted by their names: then it is quicker
    /// to find out with few columns which are the first, and to read the others of those alone.
    const fn is_long(&self) -> bool {
        let has_name = self.filter.subject.is_some() || self.filter.consumer.is_some();
        matches!(self.by, Dimension::Subject | Dimension::Consumer)
            && self.filter.is_counted()
            && !has_name
    }

    /// What is counted by: nothing and an empty text are the same.
    fn label(&self) -> String {
        format!("coalesce({}, '')", self.by.as_str())
    }

    /// The label last, so that two answers have the same order.
    const fn order(&self) -> &'static str {
        match self.order {
            Order::Count => "sum(count) DESC, 1",
            Order::Errors => "sum(errors) DESC, sum(count) DESC, 1",
            Order::Slowest => "sum(total_sum) / sum(count) DESC, 1",
        }
    }

    fn source(&self, has_histogram: bool) -> Source {
        Source::counts(
            self.filter,
            Wanted {
                has_histogram,
                by: Some(self.by),
                step: 0,
            },
        )
    }

    /// The names of the first ones.
    fn first(&self, connection: &Connection) -> rusqlite::Result<Vec<Value>> {
        let Source { sql, mut values } = self.source(false);
        let (label, order) = (self.label(), self.order());
        let sql = format!("SELECT {label} FROM ({sql}) GROUP BY 1 ORDER BY {order} LIMIT ?");
        values.push(Value::Integer(self.most));
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        rows.collect()
    }

    /// What all of them count to, or those that have these names.
    fn entries(
        &self,
        connection: &Connection,
        names: Option<Vec<Value>>,
    ) -> rusqlite::Result<Vec<Entry>> {
        let Source { sql, mut values } = self.source(true);
        let (label, order) = (self.label(), self.order());
        let buckets = columns(|bucket| format!("sum(h{bucket})"));
        let among = names.map_or_else(String::new, |names| {
            let marks = vec!["?"; names.len()].join(", ");
            values.extend(names);
            format!("WHERE {label} IN ({marks})")
        });
        values.push(Value::Integer(self.most));
        let sql = format!(
            "SELECT {label}, {SUMS}, {buckets} FROM ({sql}) {among} GROUP BY 1 ORDER BY {order} LIMIT ?"
        );
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(values), entry)?;
        rows.collect()
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let figures = Figures::of(row, 1)?;
    let histogram = histogram(row, 1 + WIDTH)?;
    let (least, most) = (figures.min_us.unwrap_or(0), figures.max_us.unwrap_or(0));
    let percentile = |hundredths| histogram.percentile(hundredths, least, most);
    Ok(Entry {
        value: Label::of(row)?,
        p50_us: percentile(50),
        p95_us: percentile(95),
        p99_us: percentile(99),
        figures,
    })
}
