//! `logs show`: all that is known of one exchange.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::Value;
use tollbar::analytics::ExchangeId;
use tollbar_dashboard::Query;

use super::{entry::took, error::LogsError};
use crate::{keys::escaped, output};

/// Shows an exchange: member by member, or as its lines.
pub(super) fn show(query: &Query, id: ExchangeId, is_json: bool) -> Result<(), LogsError> {
    let lines = query.exchange(id)?;
    if lines.is_empty() {
        return Err(LogsError::Unknown(id));
    }
    for (index, line) in lines.iter().enumerate() {
        if is_json {
            output::print(&format!("{}\n", line.as_str()));
            continue;
        }
        if index > 0 {
            output::print("\n");
        }
        let Members(members) = serde_json::from_str(line.as_str()).unwrap_or_default();
        output::print(&table(&members));
    }
    Ok(())
}

/// The members of an object, in their order.
#[derive(Default)]
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
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

/// The members, each in a line, and below each other what has parts.
fn table(members: &[(String, Value)]) -> String {
    let width = members.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for (name, value) in members {
        let shown = match value {
            Value::String(value) => escaped(value),
            Value::Number(number) => match (name.strip_suffix("_us"), number.as_u64()) {
                (Some(_), Some(micros)) => format!("{number} ({})", took(micros)),
                _ => number.to_string(),
            },
            Value::Array(rows) => {
                let indent = format!("\n{}", " ".repeat(width + 2));
                let rows: Vec<String> = rows.iter().map(row).collect();
                rows.join(&indent)
            }
            other => escaped(&other.to_string()),
        };
        text.push_str(&format!("{name:width$}  {shown}\n"));
    }
    text
}

/// One of several, in one line.
fn row(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| match value {
                Value::String(text) => format!("{name}={}", escaped(text)),
                other => format!("{name}={}", escaped(&other.to_string())),
            });
            members.collect::<Vec<_>>().join(" ")
        }
        Value::String(text) => escaped(text),
        other => escaped(&other.to_string()),
    }
}
