//! Which names a rule is about.

use std::fmt;

use regex::bytes::RegexBuilder;
use thiserror::Error;

/// How large one regular expression may become when it is compiled, in bytes.
pub(crate) const COMPILED: usize = 1 << 20;

/// Which names a rule is about. The whole name has to fit, byte for byte.
///
/// [`new`](Self::new) knows one special character. `*` stands for any run of characters, also for
/// none; in the URI of a resource or template for any run without `/`, and `**` for any run.
/// Everything else stands for itself: `?`, `.` and `[` occur in names and URIs.
///
/// ```
/// use tollbar_acl::Pattern;
///
/// let pattern = Pattern::new("file:///notes/*");
/// assert_eq!(pattern.to_string(), "file:///notes/*");
/// assert!(Pattern::regex("get_(weather|time)").is_ok());
/// assert!(Pattern::regex("get_(weather").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Box<str>,
    form: Form,
}

/// How the text of a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// It stands for itself.
    Literal,
    /// `*` is special.
    Glob,
    /// It is a regular expression.
    Regex,
}

/// This is not a regular expression that can be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPattern {
    /// It cannot be read. Look-around and back references do not exist here.
    #[error("`{text}` is not a regular expression: {reason}")]
    Syntax {
        /// What was given.
        text: String,
        /// Where and why.
        reason: String,
    },
    /// It stands for too much.
    #[error(
        "`{text}` takes more than {limit} bytes when it is compiled: repeat less often, or write `[a-z]` instead of `\\w`"
    )]
    TooLarge {
        /// What was given.
        text: String,
        /// The bound.
        limit: usize,
    },
}

impl Pattern {
    /// A name, in which `*` stands for any run of characters.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        let form = if text.contains('*') {
            Form::Glob
        } else {
            Form::Literal
        };
        Self { text, form }
    }

    /// This very name, whatever is in it.
    #[must_use]
    pub fn literal(text: impl Into<Box<str>>) -> Self {
        Self {
            text: text.into(),
            form: Form::Literal,
        }
    }

    /// A regular expression (crate `regex`) that the whole name has to match, as if it stood between
    /// `^(?:` and `)$`. It may take 1 MiB when it is compiled.
    ///
    /// Matching takes time in proportion to the length of the name and, for names that were not seen
    /// lately, to the number of expressions. Where `*` is enough, [`new`](Self::new) costs less: a
    /// thousand such patterns cost as much as ten.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] when it cannot be read, or is larger.
    pub fn regex(text: impl Into<Box<str>>) -> Result<Self, InvalidPattern> {
        Self::regex_within(text, COMPILED)
    }

    /// As [`regex`](Self::regex), with another bound on the compiled size, in bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] when it cannot be read, or is larger.
    pub fn regex_within(text: impl Into<Box<str>>, limit: usize) -> Result<Self, InvalidPattern> {
        let text = text.into();
        // By itself first: `a)|(?:b` would break out of the group that is put around it.
        for expression in [text.to_string(), whole(&text)] {
            let built = RegexBuilder::new(&expression).size_limit(limit).build();
            built.map_err(|error| match error {
                regex::Error::CompiledTooBig(limit) => InvalidPattern::TooLarge {
                    text: text.to_string(),
                    limit,
                },
                error => InvalidPattern::Syntax {
                    text: text.to_string(),
                    reason: one_line(&error.to_string()),
                },
            })?;
        }
        Ok(Self {
            text,
            form: Form::Regex,
        })
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn form(&self) -> Form {
        self.form
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The expression for the whole of a name.
pub(crate) fn whole(expression: &str) -> String {
    format!(r"\A(?:{expression})\z")
}

/// The last line of what the parser says: those before it draw the place.
fn one_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or(message);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
