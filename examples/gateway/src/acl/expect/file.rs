//! A file of expectations.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    acl::{
        error::AclError,
        who::{Who, WhoTable},
    },
    config::ToolHints,
};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// What rules are expected to answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectations {
    pub(super) expect: Vec<Expectation>,
}

/// What they are expected to answer to one consumer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    /// What it is called where it fails.
    name: Option<String>,
    #[serde(rename = "as")]
    who: Value,
    /// Calls that are allowed.
    #[serde(default)]
    pub(super) allow: Vec<String>,
    /// Calls that are denied, and do not only lack a scope.
    #[serde(default)]
    pub(super) deny: Vec<String>,
    /// Calls that lack a scope, with all scopes that they need.
    #[serde(default)]
    pub(super) needs_scopes: BTreeMap<String, Vec<String>>,
    /// What the server says of tools, by their names.
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, ToolHints>,
}

impl Expectations {
    /// Reads a file, TOML or JSON by its extension.
    pub(super) fn read(path: &Path) -> Result<Self, AclError> {
        let unreadable = |source| AclError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let wrong = |reason: String| AclError::NoExpectations {
            path: path.to_owned(),
            reason,
        };
        let length = fs::metadata(path).map_err(unreadable)?.len();
        if length > LONGEST {
            return Err(wrong(format!("it has more than {LONGEST} bytes")));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let is_json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let read: Self = match is_json {
            true => serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?,
            false => toml::from_str(&text).map_err(|error| wrong(error.to_string()))?,
        };
        if read.expect.is_empty() {
            return Err(wrong("it expects nothing: add an `[[expect]]`".to_owned()));
        }
        Ok(read)
    }
}

impl Expectation {
    /// What it is called.
    pub(super) fn name(&self, index: usize) -> String {
        let name = self.name.clone();
        name.unwrap_or_else(|| format!("expectation {}", index + 1))
    }

    /// Who asks. The reason is one for people.
    pub(super) fn who(&self) -> Result<Who, String> {
        match &self.who {
            Value::String(text) => Who::read([text.as_str()]),
            Value::Array(texts) => {
                let texts: Option<Vec<&str>> = texts.iter().map(Value::as_str).collect();
                Who::read(texts.ok_or("`as` is an array of other things than texts")?)
            }
            Value::Object(_) => serde_json::from_value::<WhoTable>(self.who.clone())
                .map_err(|error| format!("`as`: {error}"))
                .and_then(Who::try_from),
            _ => Err("`as` is neither a text nor a table".to_owned()),
        }
    }
}
