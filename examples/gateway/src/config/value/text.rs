//! The frame around a value that is written as text.

use std::{borrow::Cow, fmt, ops::Deref};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::mask;

/// A kind of value that stands in a configuration as text.
pub(crate) trait Leaf: Sized {
    /// The name of the format in the schema.
    const FORMAT: &'static str;
    /// What one looks like.
    const EXAMPLE: &'static str;

    /// Reads one.
    fn read(text: &str) -> Result<Self, Complaint>;

    /// Writes it so that [`read`](Self::read) gives it back.
    fn write(&self) -> String;
}

/// What is wrong with a text, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) fix: String,
    /// Whether the text may hold a secret and is not to be shown.
    pub(crate) concealed: bool,
}

impl Complaint {
    pub(crate) fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            fix: fix.into(),
            concealed: false,
        }
    }

    /// Does not show the text: it may hold a secret.
    pub(crate) fn conceal(mut self) -> Self {
        self.concealed = true;
        self
    }

    /// Repeats nothing secret of a text that is a URL in the wrong place.
    pub(crate) fn about(mut self, text: &str) -> Self {
        if text.contains("://") && text.contains(['?', '@']) {
            let shown = mask::value(text);
            self.message = self.message.replace(text, &shown);
            self.fix = self.fix.replace(text, &shown);
        }
        self
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.fix)
    }
}

/// A value that is written as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<T>(pub(crate) T);

impl<T> Deref for Text<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Leaf> std::str::FromStr for Text<T> {
    type Err = String;

    /// For the command line, where a complaint is one line.
    fn from_str(text: &str) -> Result<Self, String> {
        T::read(text)
            .map(Self)
            .map_err(|complaint| complaint.about(text).to_string())
    }
}

impl<'de, T: Leaf> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        T::read(&text)
            .map(Self)
            .map_err(|complaint| D::Error::custom(complaint.about(&text)))
    }
}

impl<T: Leaf> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

impl<T: Leaf> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed(T::FORMAT)
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": T::FORMAT, "examples": [T::EXAMPLE] })
    }
}
