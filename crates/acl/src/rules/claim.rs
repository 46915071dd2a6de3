//! What a claim may be.

use std::fmt;

use serde_json::Value;

/// A value that a rule accepts of a claim. Kinds are not converted: `"3"` is not `3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClaimValue {
    /// This string, byte for byte.
    Text(Box<str>),
    /// This integer.
    Number(i64),
    /// True, or false.
    Bool(bool),
}

impl ClaimValue {
    /// Whether this is the claim, or where it is an array, one of its elements.
    pub(crate) fn accepts(&self, claim: &Value) -> bool {
        match claim {
            Value::Array(elements) => elements.iter().any(|element| self.is(element)),
            claim => self.is(claim),
        }
    }

    fn is(&self, value: &Value) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Number(number) => value.as_i64() == Some(*number),
            Self::Bool(bool) => value.as_bool() == Some(*bool),
        }
    }
}

impl From<&str> for ClaimValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for ClaimValue {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for ClaimValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for ClaimValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for ClaimValue {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(bool) => bool.fmt(f),
        }
    }
}
