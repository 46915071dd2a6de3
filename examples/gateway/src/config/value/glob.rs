//! Names and URIs in rules.

use tollbar::acl::Pattern;

use super::{Complaint, Leaf};

/// A name or URI, in which `*` stands for any run of characters where it is read as a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob(String);

impl Glob {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for Glob {
    const FORMAT: &'static str = "name-pattern";
    const EXAMPLE: &'static str = "get_*";

    fn read(text: &str) -> Result<Self, Complaint> {
        if text.is_empty() {
            let fix = "write a name, or `*` for any";
            return Err(Complaint::new("an empty text fits nothing", fix));
        }
        Ok(Self(text.to_owned()))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

/// A regular expression for a whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expression(Pattern);

impl Expression {
    pub(crate) const fn pattern(&self) -> &Pattern {
        &self.0
    }
}

impl Leaf for Expression {
    const FORMAT: &'static str = "name-regex";
    const EXAMPLE: &'static str = "^list_[a-z]+$";

    fn read(text: &str) -> Result<Self, Complaint> {
        if text.is_empty() {
            let fix = "write an expression for whole names, such as `list_[a-z]+`";
            return Err(Complaint::new("an empty expression fits nothing", fix));
        }
        Pattern::regex(text).map(Self).map_err(|error| {
            let words = error.to_string();
            // What is wrong stands behind the expression itself.
            let reason = words.strip_prefix(&format!("`{text}` "));
            Complaint::new(
                format!("`{text}` {}", reason.unwrap_or(&words)),
                "there is no look-around and no back reference; `\\` stands before a character \
                 that is meant itself, and in TOML such a text stands in single quotes",
            )
        })
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}
