//! Which names a rule is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{Expression, Glob, Text};

/// A name with or without `*`, a regular expression, or a text that stands for itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum PatternText {
    /// A name in which `*` stands for any run of characters.
    Glob(Text<Glob>),
    /// Another kind of pattern.
    Other(OtherPattern),
}

/// A pattern that says what it is. Exactly one of the two is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(example = Self { regex: "^list_[a-z]+$".parse().ok(), ..Self::default() })]
pub(crate) struct OtherPattern {
    /// A regular expression that the whole name has to match.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Text<Expression>")]
    pub(crate) regex: Option<Text<Expression>>,
    /// This very name, also when there is a `*` in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Text<Glob>")]
    pub(crate) literal: Option<Text<Glob>>,
}
