//! Why nobody has said what a token is.

use crate::unavailable::Unavailable;

/// Why nobody has said what a token is.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The server cannot be asked now, about any token.
    Unavailable(Unavailable),
    /// The server answers about others, and not about this one: how it fails, in a few words.
    Token(String),
}

impl From<Unavailable> for Unanswered {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
