//! What is wrong with a token.

use std::time::Duration;

use http::{HeaderValue, header};
use tollbar_core::{Kind, Refusal};

/// What is wrong with a token. What is known of it is genuine: the authorization server has said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// `active` is false: expired, revoked, or never issued (RFC 7662 section 2.2).
    Inactive,
    /// Likewise, of a token that was active when it was shown before.
    Ended,
    /// The server does not say what this token is.
    Unsaid {
        /// When to come again.
        wait: Duration,
        /// Whether it may have been chosen for that.
        is_attempt: bool,
    },
    /// The server says something of this token that means nothing; when to come again.
    Senseless(Duration),
    Expired,
    NotYetValid,
    /// It has to be for this one, or another one that is taken.
    WrongAudience(Box<str>),
    /// It has to be of this one.
    WrongIssuer(Box<str>),
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
            Self::Inactive | Self::Ended => (
                Kind::Unauthenticated,
                "token_inactive",
                "the access token has expired, was revoked, or was never issued",
            ),
            Self::Unsaid { .. } => (
                Kind::Unavailable,
                "token_not_introspected",
                "the authorization server does not say what this token is: try again later",
            ),
            Self::Senseless(_) => (
                Kind::Unavailable,
                "authorization_server_unavailable",
                "what the authorization server says of this token means nothing: try again later",
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
            Self::WrongAudience(_) => (
                Kind::Unauthenticated,
                "token_wrong_audience",
                "the access token is for somebody else: it has to be for",
            ),
            Self::WrongIssuer(_) => (
                Kind::Unauthenticated,
                "token_wrong_issuer",
                "the access token is of another authorization server than",
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
                "the access token lacks a scope: it needs",
            ),
        }
    }

    /// What the message ends with.
    fn named(&self) -> Option<String> {
        match self {
            Self::WrongAudience(expected) | Self::WrongIssuer(expected) => {
                let expected: String = expected.chars().filter(|it| is_of_text(*it)).collect();
                Some(format!("`{expected}`"))
            }
            Self::Scope(needed) => Some(needed.to_string()),
            _ => None,
        }
    }

    /// Its stable word.
    pub(crate) const fn reason(&self) -> &'static str {
        self.told().1
    }
}

impl From<&TokenFault> for Refusal {
    fn from(fault: &TokenFault) -> Self {
        let (kind, reason, message) = fault.told();
        let refusal = match fault.named() {
            Some(named) => Self::new(kind, reason, format!("{message} {named}")),
            None => Self::new(kind, reason, message),
        };
        match fault {
            TokenFault::Inactive => refusal,
            // It costs as much as a guess.
            TokenFault::Unsaid { wait, is_attempt } => {
                refusal.with_retry_after(*wait).as_attempt(*is_attempt)
            }
            TokenFault::Senseless(wait) => refusal.with_retry_after(*wait),
            TokenFault::Scope(needed) => {
                // RFC 6750 section 3.1. Scopes have no characters that would end the quotes.
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
                match HeaderValue::try_from(challenge) {
                    Ok(challenge) => refusal.with_header(header::WWW_AUTHENTICATE, challenge),
                    Err(_) => refusal,
                }
            }
            // The others are genuine, and nobody finds a genuine token by trying.
            _ => refusal.as_attempt(false),
        }
    }
}

/// What an `error_description` may hold (RFC 6750 section 3), where the message is repeated.
const fn is_of_text(character: char) -> bool {
    matches!(character, ' ' | '!' | '#'..='[' | ']'..='~')
}
