//! What is wrong with a token.

use http::{HeaderValue, header};
use tollbar_core::{Kind, Refusal};

/// What is wrong with a token. What is known of it is genuine: the authorization server has said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// `active` is false: expired, revoked, or never issued (RFC 7662 section 2.2).
    Inactive,
    Expired,
    NotYetValid,
    WrongAudience,
    WrongIssuer,
    /// Of another type than `Bearer`.
    WrongType,
    /// Bound to a key or certificate of its holder, which is not checked here (RFC 7800, RFC 9449,
    /// RFC 8705): whoever has copied it could use it.
    Bound,
    /// Nothing says whose it is.
    Anonymous,
    /// All the scopes that are needed, of which it lacks some.
    Scope(Box<str>),
}

impl TokenFault {
    /// What it means to HTTP, its stable word, and what people are told.
    const fn told(&self) -> (Kind, &'static str, &'static str) {
        match self {
            Self::Inactive => (
                Kind::Unauthenticated,
                "token_inactive",
                "the access token has expired, was revoked, or was never issued",
            ),
            Self::Expired => (
                Kind::Unauthenticated,
                "token_expired",
                "the access token has expired",
            ),
            Self::NotYetValid => (
                Kind::Unauthenticated,
                "token_not_yet_valid",
                "the access token is not valid yet",
            ),
            Self::WrongAudience => (
                Kind::Unauthenticated,
                "token_wrong_audience",
                "the access token is for somebody else",
            ),
            Self::WrongIssuer => (
                Kind::Unauthenticated,
                "token_wrong_issuer",
                "the access token is of another authorization server",
            ),
            Self::WrongType => (
                Kind::Unauthenticated,
                "token_wrong_type",
                "this is no access token for bearers",
            ),
            Self::Bound => (
                Kind::Unauthenticated,
                "token_bound",
                "the access token is bound to a key of its holder, which cannot be proved here",
            ),
            Self::Anonymous => (
                Kind::Unauthenticated,
                "token_anonymous",
                "the access token does not say whose it is",
            ),
            Self::Scope(_) => (
                Kind::InsufficientScope,
                "token_scope",
                "the access token lacks a scope",
            ),
        }
    }
}

impl From<&TokenFault> for Refusal {
    fn from(fault: &TokenFault) -> Self {
        let (kind, reason, message) = fault.told();
        // The others are genuine, and nobody finds a genuine token by trying.
        let is_attempt = *fault == TokenFault::Inactive;
        let TokenFault::Scope(needed) = fault else {
            return Self::new(kind, reason, message).as_attempt(is_attempt);
        };
        let refusal = Self::new(kind, reason, format!("{message}: it needs {needed}"));
        // RFC 6750 section 3.1. Scopes have no characters that would end the quotes.
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
        match HeaderValue::try_from(challenge) {
            Ok(challenge) => refusal.with_header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => refusal,
        }
    }
}
