//! What is wrong with a JSON text.

use std::fmt;

/// The most bytes of a key that an error repeats.
const LONGEST_EXCERPT: usize = 64;

/// Why a text was refused, and where.
///
/// The text of `Display` is lower-case and repeats at most 64 bytes of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} at byte {}", .inner.problem, .inner.offset)]
pub struct Error {
    // Boxed, so that a result which carries nothing else is one word.
    inner: Box<Inner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    problem: Problem,
    offset: usize,
}

impl Error {
    #[cold]
    pub(crate) fn new(problem: Problem, offset: usize) -> Self {
        let inner = Box::new(Inner { problem, offset });
        Self { inner }
    }

    /// Where the offence is, in bytes from the start of the text.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.inner.offset
    }

    /// Whether the text is no JSON that every parser reads (-32700), and not only against a rule about keys (-32600).
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        matches!(self.inner.problem, Problem::Syntax(_) | Problem::TooDeep(_))
    }
}

/// The kinds of offence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("{0}")]
    Syntax(&'static str),
    #[error("more than {0} nested arrays and objects")]
    TooDeep(usize),
    #[error("duplicate key `{0}`")]
    Duplicate(Excerpt),
    #[error("key `__proto__`")]
    Prototype,
    #[error("key `{0}`, which is private to a parser")]
    Private(Excerpt),
    #[error("control character in key `{0}`")]
    Control(Excerpt),
    #[error("key `{found}`, write `{meant}`")]
    Variant { found: Excerpt, meant: &'static str },
    #[error("unknown member `{0}`")]
    Unknown(Excerpt),
}

/// A key, shortened and with its control characters escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt(Box<str>);

impl Excerpt {
    pub(crate) fn new(key: &str) -> Self {
        let shown = key
            .char_indices()
            .take_while(|&(start, character)| start + character.len_utf8() <= LONGEST_EXCERPT);
        Self(
            shown
                .flat_map(|(_, character)| {
                    let escape = character.is_control();
                    let escaped = escape.then(|| character.escape_default());
                    let plain = (!escape).then_some(character);
                    escaped.into_iter().flatten().chain(plain)
                })
                .collect(),
        )
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
