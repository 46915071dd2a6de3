//! Why there is no token.

use std::fmt;

use thiserror::Error;

use crate::fetch::FetchFailure;

/// How much of a text from elsewhere a log line shows.
const SHOWN: usize = 300;

/// Why there is no token. For logs: no message shows a secret, a token or the answer's content.
#[derive(Debug, Error)]
pub(super) enum TokenFailure {
    /// Nothing was fetched.
    #[error("nothing could be fetched")]
    Fetch(#[source] FetchFailure),
    /// An answer without an error that can be read (RFC 6749 section 5.2).
    #[error("the endpoint answers with status {0}")]
    Status(u16),
    /// The endpoint has refused the request (RFC 6749 section 5.2).
    #[error("the endpoint refuses: {0}")]
    Refused(Explanation),
    /// The answer is not one of a token endpoint.
    #[error("the answer is not that of a token endpoint: {0}")]
    Answer(String),
    /// The token is to be used in another way than `Bearer`.
    #[error("the token is of type `{0}`: only `Bearer` can be used")]
    Type(Shown),
    /// The token has characters that cannot stand in a header (RFC 6750 section 2.1).
    #[error("the token has characters that no bearer token has")]
    Token,
    /// The token has expired already.
    #[error("the token has expired already (`expires_in` is 0)")]
    Expired,
}

/// An error code and what the endpoint has said about it.
#[derive(Debug)]
pub(super) struct Explanation {
    pub(super) code: Shown,
    pub(super) description: Option<Shown>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.code)?;
        if let Some(description) = &self.description {
            write!(f, " ({description})")?;
        }
        let fix = match self.code.0.as_str() {
            "invalid_client" => "check the client's id, its secret, and how both are sent",
            "unauthorized_client" => "allow this client the client credentials grant",
            "unsupported_grant_type" => "the server does not know the client credentials grant",
            "invalid_scope" => "check the scopes",
            "invalid_target" => "check the resource and the audience",
            _ => return Ok(()),
        };
        write!(f, ": {fix}")
    }
}

/// A text from elsewhere: its start, without line breaks and control characters.
#[derive(Debug)]
pub(super) struct Shown(String);

impl Shown {
    pub(super) fn new(text: &str) -> Self {
        let plain = |sign: char| if sign.is_control() { ' ' } else { sign };
        Self(text.chars().take(SHOWN).map(plain).collect())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
