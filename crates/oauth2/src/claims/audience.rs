//! Whom a token is for.

/// Whom a token must be for (RFC 7519 section 4.1.3, RFC 7662 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Audiences {
    /// One of these, byte for byte. A prefix is another audience.
    OneOf(Vec<String>),
    /// Whoever asks: the authorization server is trusted to know what it says `active` to.
    Any,
}

impl Audiences {
    /// Whether one of those that a token names is meant. A token that names none is for nobody.
    pub(crate) fn accept<'a>(&self, mut named: impl Iterator<Item = &'a str>) -> bool {
        match self {
            Self::OneOf(expected) => named.any(|named| expected.iter().any(|it| it == named)),
            Self::Any => true,
        }
    }
}
