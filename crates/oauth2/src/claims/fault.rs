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
    /// Whether somebody could have come upon such a token by trying.
    pub(crate) const fn is_guess(&self) -> bool {
        matches!(self, Self::Inactive)
    }

    const fn reason(&self) -> &'static str {
        match self {
            Self::Inactive => "token_inactive",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::WrongAudience => "token_wrong_audience",
            Self::WrongIssuer => "token_wrong_issuer",
            Self::WrongType => "token_wrong_type",
            Self::Bound => "token_bound",
            Self::Anonymous => "token_anonymous",
            Self::Scope(_) => "token_scope",
        }
    }

    const fn message(&self) -> &'static str {
        match self {
            Self::Inactive => "the access token has expired, was revoked, or was never issued",
            Self::Expired => "the access token has expired",
            Self::NotYetValid => "the access token is not valid yet",
            Self::WrongAudience => "the access token is for somebody else",
            Self::WrongIssuer => "the access token is of another authorization server",
            Self::WrongType => "this is no bearer token",
            Self::Bound => {
                "the access token is bound to a key of its holder, which cannot be proved here"
            }
            Self::Anonymous => "the access token does not say whose it is",
            Self::Scope(_) => "the access token lacks a scope",
        }
    }
}

impl From<&TokenFault> for Refusal {
    fn from(fault: &TokenFault) -> Self {
        let TokenFault::Scope(needed) = fault else {
            return Self::new(Kind::Unauthenticated, fault.reason(), fault.message());
        };
        // RFC 6750 section 3.1. Scopes have no characters that would end the quotes.
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
        let refusal = Self::new(
            Kind::InsufficientScope,
            fault.reason(),
            format!("the access token lacks a scope: it needs {needed}"),
        );
        match HeaderValue::try_from(challenge) {
            Ok(challenge) => refusal.with_header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => refusal,
        }
    }
}
