//! JSON.
//!
//! `serde_json` does not say where a value stands, but lends each value's text ([`RawValue`]), and
//! where that lies within the whole is its place. Each level is read again for the one below, which
//! costs nothing that matters at the size of a configuration.

use std::{fmt, ops::Range};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{DEEPEST, Entry, Node, Value};
use crate::config::report::Problem;

/// Reads a JSON document.
pub(super) fn parse(text: &str, problems: &mut Vec<Problem>) -> Node {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Reader { text, problems }.node(raw.get(), 0),
        Err(error) => {
            let place = offset(text, error.line(), error.column());
            let message = error.to_string();
            // The place is said elsewhere.
            let message = message.split(" at line ").next().unwrap_or(&message);
            let problem = Problem::error(message).at(Some(place..place + 1));
            problems.push(problem.unread());
            Node::empty()
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn node(&mut self, raw: &'a str, depth: usize) -> Node {
        let span = self.span(raw);
        let value = if depth > DEEPEST {
            self.problems
                .push(Problem::error("this is nested too deeply").at(Some(span.clone())));
            Value::Null
        } else {
            match raw.as_bytes().first() {
                Some(b'{') => self.table(raw, &span, depth),
                Some(b'[') => self.list(raw, depth),
                _ => scalar(raw),
            }
        };
        Node { span, value }
    }

    fn list(&mut self, raw: &'a str, depth: usize) -> Value {
        let elements: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
        Value::List(
            elements
                .iter()
                .map(|raw| self.node(raw.get(), depth + 1))
                .collect(),
        )
    }

    fn table(&mut self, raw: &'a str, span: &Range<usize>, depth: usize) -> Value {
        let Members(members) = serde_json::from_str(raw).unwrap_or_default();
        let mut entries: Vec<Entry> = Vec::with_capacity(members.len());
        let mut end = span.start;
        for (key, raw) in members {
            let node = self.node(raw.get(), depth + 1);
            let key_span = self.key_span(end..node.span.start);
            end = node.span.end;
            if entries.iter().any(|entry| entry.key == key) {
                let problem = Problem::error(format!("the key `{key}` stands here twice"))
                    .at(Some(key_span))
                    .fix("leave one of them");
                self.problems.push(problem);
            } else {
                entries.push(Entry {
                    key,
                    key_span,
                    node,
                });
            }
        }
        Value::Table(entries)
    }

    /// Where a piece of the text lies within it.
    fn span(&self, piece: &str) -> Range<usize> {
        let start = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        start..start + piece.len()
    }

    /// The key between the end of one value and the start of the next: all that is quoted there.
    fn key_span(&self, between: Range<usize>) -> Range<usize> {
        let text = self.text.get(between.clone()).unwrap_or_default();
        match (text.find('"'), text.rfind('"')) {
            (Some(start), Some(end)) => between.start + start..between.start + end + 1,
            _ => between,
        }
    }
}

fn scalar(raw: &str) -> Value {
    match serde_json::from_str(raw) {
        Ok(serde_json::Value::Bool(value)) => Value::Boolean(value),
        Ok(serde_json::Value::String(text)) => Value::Text(text),
        Ok(serde_json::Value::Number(number)) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Number(number.to_string()),
        },
        _ => Value::Null,
    }
}

/// The byte at a line and column, which `serde_json` counts from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column.saturating_sub(1)).min(text.len())
}

/// The members of an object in their order, duplicates included.
#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
