//! Why something is no challenge.

use thiserror::Error;

/// Why a challenge cannot be read or made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidChallenge {
    /// The lines are longer than any challenge.
    #[error("`WWW-Authenticate` has {0} bytes, which is more than {max}", max = super::reader::LONGEST)]
    TooLong(usize),
    /// More challenges and parameters than any server sends.
    #[error("`WWW-Authenticate` has more than {max} challenges and parameters", max = super::reader::MOST)]
    TooMany,
    /// Something else stands where a scheme, a name or a value should.
    #[error(
        "`WWW-Authenticate` cannot be read at byte {at} of a line: {expected} should stand there"
    )]
    Syntax {
        /// The place in the line, from 0.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A challenge has two parameters of one name.
    #[error("`WWW-Authenticate` has a parameter twice in one challenge, at byte {at} of a line")]
    Repeated {
        /// The place in the line, from 0.
        at: usize,
    },
    /// A scheme that is no token.
    #[error("`{0}` is not a scheme: use letters, digits and `-`")]
    Scheme(String),
    /// A name of a parameter that is no token.
    #[error("`{0}` is not a name of a parameter: use letters, digits, `-` and `_`")]
    Name(String),
    /// A value that no header can hold; says whose.
    #[error("the value of `{0}` holds a control character")]
    Value(String),
    /// A token that is no `token68`.
    #[error(
        "this is not a token of a challenge: use letters, digits and `-._~+/`, and `=` at the end"
    )]
    Token,
    /// A parameter for a challenge that has a token.
    #[error("a challenge has a token or parameters, not both")]
    TokenAndParameter,
}
