//! Where the figures come from: whole minutes out of the counts, the rest out of the exchanges.

use std::fmt::Write as _;

use rusqlite::types::Value;
use tollbar_analytics::Outcome;

use super::{Dimension, Filter};
use crate::store::{Cube, MINUTE, columns};

/// Columns that both tables have.
const GROUP: &str =
    "proxy, method, subject_kind, subject, plan, consumer, class, outcome, reason, code";

/// A piece of SQL, with the values of its question marks. No text of a caller is ever part of the SQL.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// What has to be known of the counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    pub(super) has_histogram: bool,
    /// What they are grouped by.
    pub(super) by: Option<Dimension>,
    /// How many minutes are put together. Zero: all of them.
    pub(super) step: i64,
}

impl Wanted {
    /// The cubes that know it, the smallest one first.
    fn cubes(self, filter: &Filter) -> &'static [Cube] {
        let is_by = |by| self.by == Some(by);
        let has_subject = filter.subject.is_some() || is_by(Dimension::Subject);
        let has_consumer = filter.consumer.is_some() || is_by(Dimension::Consumer);
        let has_kind = filter.subject_kind.is_some() || is_by(Dimension::SubjectKind);
        let has_method = filter.method.is_some() || is_by(Dimension::Method);
        match (has_subject, has_consumer) {
            (false, false) => &[Cube::Hourly, Cube::Coarse, Cube::Whole],
            (true, false) => &[Cube::Subject, Cube::Whole],
            (false, true) if !has_kind && !has_method => &[Cube::Consumer, Cube::Whole],
            _ => &[Cube::Whole],
        }
    }
}

impl Source {
    /// A table of counts: the columns of `counts`, and of `exchanges` too where only those are read.
    pub(super) fn counts(filter: &Filter, wanted: Wanted) -> Self {
        let mut source = Self::default();
        let (from, until) = (filter.period.from, filter.period.until);
        let first = from.saturating_add(MINUTE - 1).div_euclid(MINUTE);
        let last = until.div_euclid(MINUTE);
        let is_counted = wanted.by.is_none_or(Dimension::is_counted);
        if !is_counted || !filter.is_counted() || first >= last {
            source.exchanges(filter, (from, until), wanted, !is_counted);
            return source;
        }
        source.cover(filter, wanted.cubes(filter), (first, last), wanted);
        for (begin, end) in [(from, first * MINUTE), (last * MINUTE, until)] {
            if begin < end {
                source.exchanges(filter, (begin, end), wanted, false);
            }
        }
        source
    }

    /// These minutes: the middle out of the smallest cube, what is left at its ends out of the next one.
    fn cover(
        &mut self,
        filter: &Filter,
        cubes: &[Cube],
        (first, last): (i64, i64),
        wanted: Wanted,
    ) {
        let Some((cube, finer)) = cubes.split_first().filter(|_| first < last) else {
            return;
        };
        let begin = cube.begin(first.saturating_add(cube.span() - 1));
        let end = cube.begin(last);
        if begin >= end || wanted.step % cube.span() != 0 {
            return self.cover(filter, finer, (first, last), wanted);
        }
        self.cube(filter, *cube, (begin, end), wanted);
        self.cover(filter, finer, (first, begin), wanted);
        self.cover(filter, finer, (end, last), wanted);
    }

    fn cube(&mut self, filter: &Filter, cube: Cube, (first, last): (i64, i64), wanted: Wanted) {
        let buckets = match wanted.has_histogram {
            true => columns(|bucket| format!("h{bucket}")),
            false => "0 AS h0".into(),
        };
        self.next();
        let _ = write!(
            self.sql,
            "SELECT minute, {GROUP}, count, errors, total_sum, total_min, total_max, own_sum, own_count,
            bytes_in, bytes_out, {buckets} FROM counts WHERE cube = ? AND minute >= ? AND minute < ?"
        );
        self.values
            .extend([cube.number(), first, last].map(Value::Integer));
        if filter.only_errors {
            let errors = Outcome::ALL.into_iter().filter(|it| it.is_error());
            let words: Vec<&str> = errors.map(Outcome::as_str).collect();
            let _ = write!(self.sql, " AND outcome IN ('{}')", words.join("', '"));
        }
        self.grouped(filter);
    }

    /// What comes is one more table.
    fn next(&mut self) {
        if !self.sql.is_empty() {
            self.sql.push_str(" UNION ALL ");
        }
    }

    fn exchanges(
        &mut self,
        filter: &Filter,
        (from, until): (i64, i64),
        wanted: Wanted,
        has_all: bool,
    ) {
        let buckets = match wanted.has_histogram {
            true => columns(|bucket| format!("(bucket = {bucket}) AS h{bucket}")),
            false => "0 AS h0".into(),
        };
        let more = if has_all {
            ", status, ended, client, client_id, key_id, rule"
        } else {
            ""
        };
        self.next();
        let _ = write!(
            self.sql,
            "SELECT at_us / {MINUTE} AS minute, {GROUP}, 1 AS count, is_error AS errors, total_us AS total_sum,
            total_us AS total_min, total_us AS total_max, coalesce(own_us, 0) AS own_sum,
            own_us IS NOT NULL AS own_count, bytes_in, bytes_out, {buckets}{more} FROM exchanges WHERE "
        );
        self.rows(filter, (from, until));
    }

    /// The conditions for exchanges of this time.
    pub(super) fn rows(&mut self, filter: &Filter, (from, until): (i64, i64)) {
        self.sql.push_str("at_us >= ? AND at_us < ?");
        self.values
            .extend([Value::Integer(from), Value::Integer(until)]);
        if filter.is_about_errors() {
            self.sql.push_str(" AND is_error = 1");
        }
        // Said for the index, which leaves the empty ones out.
        for (column, value) in [("subject", &filter.subject), ("consumer", &filter.consumer)] {
            if value.as_deref().is_some_and(|value| !value.is_empty()) {
                let _ = write!(self.sql, " AND {column} <> ''");
            }
        }
        self.same("ended", filter.ended.as_deref().map(text));
        self.same("session", filter.session.map(|it| number(it.cast_signed())));
        self.same("status", filter.status.map(number));
        self.grouped(filter);
    }

    fn grouped(&mut self, filter: &Filter) {
        let texts = [
            ("proxy", &filter.proxy),
            ("plan", &filter.plan),
            ("consumer", &filter.consumer),
            ("method", &filter.method),
            ("subject_kind", &filter.subject_kind),
            ("subject", &filter.subject),
            ("reason", &filter.reason),
            ("outcome", &filter.outcome),
        ];
        for (column, value) in texts {
            self.same(column, value.as_deref().map(text));
        }
        self.same("class", filter.class.map(number));
        self.same("code", filter.code.map(number));
    }

    fn same(&mut self, column: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            let _ = write!(self.sql, " AND {column} = ?");
            self.values.push(value);
        }
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn number(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}
