//! A configuration as it was written: values, and where in the text they stand.
//!
//! Both formats become the same tree, so that everything behind it (the check against the schema,
//! the deserializer, the places in messages) is written once.

mod json;
mod place;
mod toml;

pub(crate) use self::place::Place;

use std::ops::Range;

use super::source::{Format, Source};
use crate::config::report::Problem;

/// How deep values may be nested. The schema needs seven levels.
const DEEPEST: usize = 32;

/// One value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// What stands there.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number that is no integer, as it was written.
    Number(String),
    Text(String),
    /// A date or time: TOML has them, the configuration has no use for them.
    Time,
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One key of a table.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

impl Node {
    /// Reads a text in its format. What can be read is returned in spite of errors.
    pub(crate) fn parse(source: &Source, problems: &mut Vec<Problem>) -> Self {
        match source.format() {
            Format::Toml => toml::parse(source.text(), problems),
            Format::Json => json::parse(source.text(), problems),
        }
    }

    /// A table without keys and without a place.
    pub(crate) const fn empty() -> Self {
        Self {
            span: 0..0,
            value: Value::Table(Vec::new()),
        }
    }

    /// What kind of value this is, with its article.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::Time => "a date or time",
            Value::List(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// The entry with this key, when this is a table that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value without places, for the deserializer.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null | Value::Time => serde_json::Value::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Number(text) => text.parse::<f64>().unwrap_or_default().into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(nodes) => nodes.iter().map(Self::to_json).collect(),
            Value::Table(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.node.to_json()))
                .collect(),
        }
    }
}
