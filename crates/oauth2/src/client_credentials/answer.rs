//! What a token endpoint answers.

use std::{fmt, time::Duration};

use http::HeaderValue;
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse, basic::BasicTokenType};
use serde::{Deserialize, Deserializer, Serialize};

use super::{cache::Issued, failure::TokenFailure};

/// A successful answer (RFC 6749 section 5.1), as far as it is needed. Refresh tokens should not be
/// there (section 4.4.3), and are not read.
#[derive(Deserialize, Serialize)]
pub(super) struct Answer {
    access_token: AccessToken,
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

impl Answer {
    /// The token, if it can be used.
    pub(super) fn into_issued(self, assumed_lifetime: Duration) -> Result<Issued, TokenFailure> {
        let kind = self.token_type.as_ref();
        if !kind.eq_ignore_ascii_case("bearer") {
            return Err(TokenFailure::Type);
        }
        let token = self.access_token.secret();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenFailure::Token);
        }
        let value = HeaderValue::try_from(["Bearer ", token.as_str()].concat());
        let mut value = value.map_err(|_| TokenFailure::Token)?;
        value.set_sensitive(true);
        let lifetime = match self.expires_in {
            Some(0) => return Err(TokenFailure::Expired),
            Some(seconds) => Duration::from_secs(seconds),
            None => assumed_lifetime,
        };
        Ok(Issued { value, lifetime })
    }
}

impl TokenResponse for Answer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

/// Some servers write the number as a text, some with a fraction.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Whole(u64),
        Fraction(f64),
        Text(String),
    }
    let wrong = || serde::de::Error::custom("not a number of seconds");
    Ok(match Option::<Seconds>::deserialize(deserializer)? {
        None => None,
        Some(Seconds::Whole(seconds)) => Some(seconds),
        // Rounds towards zero, and what is too large becomes the largest.
        Some(Seconds::Fraction(seconds)) if seconds >= 0.0 => Some(seconds as u64),
        Some(Seconds::Fraction(_)) => return Err(wrong()),
        Some(Seconds::Text(text)) => Some(text.parse().map_err(|_| wrong())?),
    })
}
