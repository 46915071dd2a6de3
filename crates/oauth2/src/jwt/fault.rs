//! What is wrong with a signed token.

use tollbar_core::{Kind, Refusal};

use crate::{
    claims::{TokenFault, Unreadable},
    unavailable::Unavailable,
};

/// Why a token lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JwtFault {
    /// It is not a signed token: why.
    Malformed(&'static str),
    /// Signed in a way that is not taken.
    Algorithm,
    /// It says that it is no access token.
    Type,
    /// It says that somebody else has issued it than this one.
    Issuer(Box<str>),
    /// The authorization server has no such key.
    UnknownKey,
    /// Nobody who has that key has signed it.
    Signature,
    /// It is genuine, and a claim means nothing.
    Unreadable(Unreadable),
    /// It is genuine, and does not open this door.
    Claims(TokenFault),
    /// Nobody knows: the keys cannot be had.
    Unavailable(Unavailable),
}

impl From<JwtFault> for Refusal {
    fn from(fault: JwtFault) -> Self {
        match fault {
            JwtFault::Malformed(why) => Self::new(Kind::Unauthenticated, "token_malformed", why),
            JwtFault::Algorithm => Self::new(
                Kind::Unauthenticated,
                "token_wrong_algorithm",
                "the access token is signed in a way that is not taken here",
            ),
            JwtFault::Type => Self::new(
                Kind::Unauthenticated,
                "token_wrong_type",
                "this is no access token: its `typ` has to be `at+jwt`",
            ),
            // Nothing says yet that it is genuine.
            JwtFault::Issuer(expected) => {
                Self::from(&TokenFault::WrongIssuer(expected)).as_attempt(true)
            }
            JwtFault::UnknownKey => Self::new(
                Kind::Unauthenticated,
                "token_unknown_key",
                "the authorization server has no key that this access token could be signed with",
            ),
            JwtFault::Signature => Self::new(
                Kind::Unauthenticated,
                "token_bad_signature",
                "the signature of the access token is wrong",
            ),
            JwtFault::Unreadable(Unreadable(name)) => Self::new(
                Kind::Unauthenticated,
                "token_unreadable",
                format!("the access token's `{name}` is missing, or not what the standard says"),
            )
            .as_attempt(false),
            JwtFault::Claims(fault) => (&fault).into(),
            JwtFault::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl From<Unavailable> for JwtFault {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
