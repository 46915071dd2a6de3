//! TOML.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{DEEPEST, Entry, Node, Value};
use crate::config::report::Problem;

/// Reads a TOML document, and goes on after an error where it can.
pub(super) fn parse(text: &str, problems: &mut Vec<Problem>) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let (message, span) = (error.message(), error.span());
        problems.push(match (message, &span) {
            ("duplicate key", Some(place)) => twice(text, place).at(span),
            _ => {
                let is_inside = span.as_ref().is_some_and(|place| is_inside(text, place));
                let problem = Problem::error(message).at(span).unread();
                if is_inside {
                    problem.conceal()
                } else {
                    problem
                }
            }
        });
    }
    let span = document.span();
    Node {
        span,
        value: table(document.get_ref(), 0, problems),
    }
}

/// A key that stands in its table already.
fn twice(text: &str, place: &Range<usize>) -> Problem {
    let key = text.get(place.clone()).unwrap_or_default();
    let before = text.get(..place.start).unwrap_or_default();
    let header = |line: &&str| line.starts_with('[');
    // The line of the key is a header itself, when a table stands twice.
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let section = match line.starts_with('[') {
        true => Some(line),
        false => before.lines().rev().map(str::trim).find(header),
    };
    let section = section.unwrap_or_default().trim_start_matches('[');
    let another = if section.starts_with("proxy.plan.admit]") {
        "; for a second rule, begin it with another `[[proxy.plan.admit]]`"
    } else if section.starts_with("proxy.plan]") {
        "; for a second plan, begin it with another `[[proxy.plan]]`"
    } else if section.starts_with("proxy") {
        "; for a second proxy, begin it with another `[[proxy]]`"
    } else {
        ""
    };
    Problem::error(format!("`{key}` stands twice in this table"))
        .fix(format!("leave one of them{another}"))
}

/// Whether this may be a line within a string of several lines, which does not show what it is.
fn is_inside(text: &str, place: &Range<usize>) -> bool {
    let before = text.get(..place.start).unwrap_or_default();
    let begun = before.rfind('\n').map_or(0, |end| end + 1);
    let before = before.get(..begun).unwrap_or_default();
    ["\"\"\"", "'''"]
        .iter()
        .any(|quote| before.matches(quote).count() % 2 == 1)
}

fn table(table: &DeTable<'_>, depth: usize, problems: &mut Vec<Problem>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().clone().into_owned(),
            key_span: key.span(),
            node: node(value, depth + 1, problems),
        })
        .collect();
    // The parser sorts by name; people read from the top.
    entries.sort_by_key(|entry| entry.key_span.start);
    Value::Table(entries)
}

fn node(value: &Spanned<DeValue<'_>>, depth: usize, problems: &mut Vec<Problem>) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        _ if depth > DEEPEST => {
            problems.push(Problem::error("this is nested too deeply").at(Some(span.clone())));
            Value::Null
        }
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Number(number.to_string()),
        },
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(_) => Value::Time,
        DeValue::Array(values) => Value::List(
            values
                .iter()
                .map(|value| node(value, depth + 1, problems))
                .collect(),
        ),
        DeValue::Table(values) => table(values, depth, problems),
    };
    Node { span, value }
}
