//! TOML.

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
        problems.push(Problem::error(error.message()).at(error.span()));
    }
    let span = document.span();
    Node {
        span,
        value: table(document.get_ref(), 0, problems),
    }
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
