//! JSON objects that can be read in one way only.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};
use thiserror::Error;

/// Why this is no answer. No message repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum JsonFault {
    #[error("it is no JSON object, or cannot be read, at line {line} column {column}")]
    Syntax { line: usize, column: usize },
    #[error("{DUPLICATE}")]
    Duplicate,
    #[error("{NO_ACTIVE}")]
    NoActive,
}

const DUPLICATE: &str = "it has a member twice";
/// RFC 7662 section 2.2.
pub(super) const NO_ACTIVE: &str = "it has no `active` that is true or false";

impl JsonFault {
    pub(super) fn of(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        // Only our own words are recognised; the parser's own repeat what it has read.
        match () {
            () if text.starts_with(DUPLICATE) => Self::Duplicate,
            () if text.starts_with(NO_ACTIVE) => Self::NoActive,
            () => Self::Syntax { line, column },
        }
    }
}

/// A JSON object without duplicate members: of two with one name, one parser takes the first and
/// another one the last. What is deeper is nobody's rule here, and is read as `serde_json` reads it:
/// to a depth of 128, the last of two members.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(pub(super) Map<String, Value>);

impl Object {
    /// Reads exactly one object.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, JsonFault> {
        serde_json::from_slice(bytes).map_err(|error| JsonFault::of(&error))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    /// The texts of an array; `None` when there is no array.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        let values = self.0.get(name)?.as_array()?;
        Some(values.iter().filter_map(Value::as_str).collect())
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Object, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(serde::de::Error::custom(DUPLICATE));
            }
            object.insert(name, members.next_value()?);
        }
        Ok(Object(object))
    }
}
