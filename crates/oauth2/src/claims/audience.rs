//! Whom a token is for.

use super::members::{Members, Unreadable};
use crate::OAuth2Error;

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
    pub(super) fn accept(&self, members: Members<'_>) -> Result<bool, Unreadable> {
        let Self::OneOf(expected) = self else {
            return Ok(true);
        };
        let named = members.texts("aud")?.unwrap_or_default();
        let mut named = named.iter();
        Ok(named.any(|named| expected.iter().any(|it| it == named)))
    }

    /// Whether a token could ever be accepted.
    pub(crate) fn check(&self) -> Result<(), OAuth2Error> {
        match self {
            Self::OneOf(expected) if expected.is_empty() => Err(OAuth2Error::NoAudience),
            Self::OneOf(expected) if expected.iter().any(String::is_empty) => {
                Err(OAuth2Error::Empty("audience"))
            }
            Self::OneOf(_) | Self::Any => Ok(()),
        }
    }

    /// The one to tell a client.
    pub(super) fn first(&self) -> &str {
        match self {
            Self::OneOf(expected) => expected.first().map_or("", String::as_str),
            Self::Any => "",
        }
    }

    /// All of them in a form that no other set has, to tell the verdicts of plans apart.
    pub(crate) fn parts(&self) -> Vec<&str> {
        match self {
            Self::OneOf(expected) => expected.iter().map(String::as_str).collect(),
            // No audience: that set would be empty, and accept nothing.
            Self::Any => Vec::new(),
        }
    }
}
