//! Distinguished names as text (RFC 4514), in one form that can be compared byte for byte.
//!
//! Elements stand last first, parts of a multi-valued element in the order of their text. Attributes
//! are written by the name in [`attribute`], else as an object identifier. Values that are text are
//! escaped as little as RFC 4514 section 2.4 allows, control characters always; others are `#` and
//! DER in lower-case hex.

mod attribute;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub(super) use self::{subject::write, text::normalise};

use thiserror::Error;

/// This is not a distinguished name that a certificate can have.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidName {
    /// There is nothing, or nothing between two commas.
    #[error("`{0}` is not a subject: write it as in `CN=agent,O=Example`")]
    NotAName(String),
    /// An attribute without a well-known name.
    #[error(
        "`{0}` is no attribute that is known by name: write its object identifier, and its value as `#` and DER in hex"
    )]
    Attribute(String),
    /// A value that breaks the rules of escaping, or is not UTF-8.
    #[error(
        "the value of `{0}` cannot be read: escape each of `,` `+` `\"` `;` `<` `>` and `\\` with `\\`"
    )]
    Value(String),
    /// A value that must stand in the other form.
    #[error(
        "the value of `{0}` is in the wrong form: write text as text, and the value of an object identifier as `#` and DER in hex"
    )]
    Form(String),
}
