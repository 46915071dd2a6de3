//! Events into the tables.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use rusqlite::{Transaction, params, params_from_iter, types::Value};
use tollbar_analytics::Event;

use super::{
    cube::Cube,
    groups::Groups,
    histogram::{Histogram, columns},
    row::{Group, Row, signed},
};

const EXCHANGE: &str = "INSERT INTO exchanges (at_us, id, proxy, method, subject_kind, subject, plan, consumer, class,
    outcome, reason, code, is_error, bucket, total_us, own_us, upstream_us, head_us, bytes_in, bytes_out, messages,
    status, http_method, ended, tool_error, refusal, decision, rule, proxy_version, client_id, key_id, client, session)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
    ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)";

const LINE: &str = "INSERT INTO lines (number, line) VALUES (?1, ?2)";

/// The same text each time, so that the statement is prepared once.
static COUNT: LazyLock<String> = LazyLock::new(|| {
    let names = columns(|bucket| format!("h{bucket}"));
    let values = columns(|bucket| format!("?{}", bucket + 22));
    let sums = columns(|bucket| format!("h{bucket} = h{bucket} + excluded.h{bucket}"));
    format!(
        "INSERT INTO counts (cube, minute, proxy, method, subject_kind, subject, plan, consumer, class, outcome, reason, code,
        count, errors, total_sum, total_min, total_max, own_sum, own_count, bytes_in, bytes_out, {names})
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
        {values})
        ON CONFLICT DO UPDATE SET count = count + excluded.count, errors = errors + excluded.errors,
        total_sum = total_sum + excluded.total_sum, total_min = min(total_min, excluded.total_min),
        total_max = max(total_max, excluded.total_max), own_sum = own_sum + excluded.own_sum,
        own_count = own_count + excluded.own_count, bytes_in = bytes_in + excluded.bytes_in,
        bytes_out = bytes_out + excluded.bytes_out, {sums}"
    )
});

/// What is counted of a group.
#[derive(Debug, Default)]
struct Counts {
    count: u64,
    errors: u64,
    total_sum: u64,
    total_min: u64,
    total_max: u64,
    own_sum: u64,
    own_count: u64,
    bytes_in: u64,
    bytes_out: u64,
    histogram: Histogram,
}

impl Counts {
    fn add(&mut self, row: &Row<'_>, event: &Event) {
        self.total_min = match self.count {
            0 => row.total,
            _ => self.total_min.min(row.total),
        };
        self.total_max = self.total_max.max(row.total);
        self.count += 1;
        self.errors += u64::from(row.is_error);
        self.total_sum = self.total_sum.saturating_add(row.total);
        self.own_sum = self.own_sum.saturating_add(row.own.unwrap_or(0));
        self.own_count += u64::from(row.own.is_some());
        self.bytes_in += event.sizes.bytes_in.unwrap_or(0);
        self.bytes_out += event.sizes.bytes_out;
        self.histogram.add(row.total);
    }

    fn merge(&mut self, other: &Self) {
        self.total_min = match self.count {
            0 => other.total_min,
            _ => self.total_min.min(other.total_min),
        };
        self.total_max = self.total_max.max(other.total_max);
        self.count += other.count;
        self.errors += other.errors;
        self.total_sum = self.total_sum.saturating_add(other.total_sum);
        self.own_sum = self.own_sum.saturating_add(other.own_sum);
        self.own_count += other.own_count;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.histogram.merge(&other.histogram);
    }
}

/// Writes all of them, and what they count to.
pub(super) fn write(
    transaction: &Transaction<'_>,
    groups: &mut Groups,
    events: &[Arc<Event>],
) -> rusqlite::Result<()> {
    groups.turn();
    let mut counted: HashMap<Group<'_>, Counts> = HashMap::new();
    let mut exchange = transaction.prepare_cached(EXCHANGE)?;
    let mut line = transaction.prepare_cached(LINE)?;
    for event in events {
        let row = Row::of(event);
        let group = &row.group;
        let number = exchange.insert(params![
            row.at,
            event.id.to_u128().to_be_bytes(),
            group.proxy,
            group.method,
            group.subject_kind,
            group.subject,
            group.plan,
            group.consumer,
            group.class,
            group.outcome,
            group.reason,
            code(group.code),
            row.is_error,
            signed(row.bucket as u64),
            signed(row.total),
            row.own.map(signed),
            row.upstream.map(signed),
            row.head.map(signed),
            signed(event.sizes.bytes_in.unwrap_or(0)),
            signed(event.sizes.bytes_out),
            signed(event.sizes.messages),
            row.status,
            row.http_method,
            event.ended.as_str(),
            row.tool_error,
            row.refusal,
            row.decision,
            row.rule,
            row.proxy_version,
            row.client_id,
            row.key_id,
            row.client,
            event.session.map(u64::cast_signed),
        ])?;
        line.execute(params![number, event.to_json()])?;
        let admitted = groups.admit(&row);
        counted.entry(admitted).or_default().add(&row, event);
    }
    let mut derived: HashMap<(Cube, Group<'_>), Counts> = HashMap::new();
    for (group, counts) in &counted {
        for cube in Cube::DERIVED {
            let both = (cube, cube.group(group));
            derived.entry(both).or_default().merge(counts);
        }
    }
    let whole = counted
        .into_iter()
        .map(|(group, counts)| ((Cube::Whole, group), counts));
    let mut count = transaction.prepare_cached(&COUNT)?;
    for ((cube, group), counts) in whole.chain(derived) {
        count.execute(params_from_iter(values(cube, &group, &counts)))?;
    }
    Ok(())
}

fn values(cube: Cube, group: &Group<'_>, counts: &Counts) -> Vec<Value> {
    let text = |text: &str| Value::Text(text.into());
    let number = |number: u64| Value::Integer(signed(number));
    let mut values = vec![
        Value::Integer(cube.number()),
        Value::Integer(group.minute),
        text(group.proxy),
        text(group.method),
        text(group.subject_kind),
        text(group.subject),
        text(group.plan),
        text(group.consumer),
        Value::Integer(group.class.into()),
        text(group.outcome),
        text(group.reason),
        code(group.code),
        number(counts.count),
        number(counts.errors),
        number(counts.total_sum),
        number(counts.total_min),
        number(counts.total_max),
        number(counts.own_sum),
        number(counts.own_count),
        number(counts.bytes_in),
        number(counts.bytes_out),
    ];
    values.extend(counts.histogram.0.map(number));
    values
}

/// An empty text where there is none: every number can be a code.
fn code(code: Option<i64>) -> Value {
    code.map_or_else(|| Value::Text(String::new()), Value::Integer)
}
