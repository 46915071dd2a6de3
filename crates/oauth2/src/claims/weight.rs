//! How much memory claims take.

use serde_json::{Map, Value};

/// What a member of an object takes besides its name and value.
const MEMBER: usize = 64;

/// About how many bytes these claims take, which are many times those of their text when it is an array
/// of small numbers. As deep as their parser went, which has a bound of its own.
pub(super) fn weight(claims: &Map<String, Value>) -> usize {
    claims
        .iter()
        .map(|(name, value)| MEMBER + name.len() + of(value))
        .sum()
}

fn of(value: &Value) -> usize {
    let content = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(of).sum(),
        Value::Object(members) => weight(members),
    };
    size_of::<Value>() + content
}
