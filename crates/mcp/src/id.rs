//! Request ids.

use std::borrow::Cow;
use std::fmt;

use crate::json::Slice;

/// The largest magnitude of a numeric id: what every JSON parser reads as the same integer.
const LARGEST: i64 = (1 << 53) - 1;

/// A request id that every peer reads in the same way.
///
/// Of the ids that JSON-RPC allows only two kinds are let through: integers without fraction, exponent and
/// negative zero, up to 2^53 - 1 in either direction, and strings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    /// An integer.
    Number(i64),
    /// A string, as raw JSON text with its quotes and escapes, so that it can be echoed byte for byte.
    String(Box<str>),
}

impl Id {
    /// The id as JSON text.
    #[must_use]
    pub fn as_json(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::String(text) => Cow::Borrowed(text),
        }
    }

    /// Whether a peer takes both for the same id: `"a"` is `"\u0061"`, but `1` is not `"1"`.
    ///
    /// `==` compares the JSON text.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(one), Self::String(two)) => {
                one == two || Slice::new(one).as_str() == Slice::new(two).as_str()
            }
            _ => self == other,
        }
    }

    /// Reads the raw text of a JSON number; `None` for all numbers that are not a plain integer.
    pub(crate) fn number(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if text == "-0" || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        (-LARGEST..=LARGEST)
            .contains(&number)
            .then_some(Self::Number(number))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::String(text) => formatter.write_str(text),
        }
    }
}
