//! The token that the API asks for.

use std::fmt;

use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The fewest bytes of a token.
const SHORTEST: usize = 16;

/// The bearer token that opens the [`Api`](crate::Api). Only its digest is kept.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// A token that could be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token has at least {SHORTEST} characters: make one by `openssl rand -hex 32`")]
pub struct WeakToken;

impl Token {
    /// This one.
    ///
    /// # Errors
    ///
    /// When it has fewer than 16 bytes.
    pub fn new(token: &str) -> Result<Self, WeakToken> {
        if token.len() < SHORTEST {
            return Err(WeakToken);
        }
        Ok(Self(Sha256::digest(token).into()))
    }

    /// Whether the request has it, and only it (RFC 6750 section 2.1). Takes as long for every token of a length.
    #[must_use]
    pub fn opens(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(http::header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let Some((scheme, token)) = value.as_bytes().split_at_checked("Bearer ".len()) else {
            return false;
        };
        let digest: [u8; 32] = Sha256::digest(token).into();
        scheme.eq_ignore_ascii_case(b"Bearer ") & bool::from(digest.ct_eq(&self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
