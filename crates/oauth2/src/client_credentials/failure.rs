//! Why there is no token.

use std::fmt;

use thiserror::Error;

use tollbar_fetch::FetchFailure;

/// Why there is no token. For logs: no message shows a secret, a token or any words of the endpoint,
/// who knows the secret.
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
    Refused(ErrorCode),
    /// The answer is not one of a token endpoint.
    #[error("the answer is not that of a token endpoint: {0}")]
    Answer(String),
    /// The token is to be used in another way than `Bearer`.
    #[error("the token is of another type than `Bearer`, which alone can be used")]
    Type,
    /// The token has characters that cannot stand in a header (RFC 6750 section 2.1).
    #[error("the token has characters that no bearer token has")]
    Token,
    /// The token has expired already.
    #[error("the token has expired already (`expires_in` is 0)")]
    Expired,
}

/// The error code of an endpoint, of those that are in standards. Whatever else an endpoint says may
/// repeat what it was sent, in any encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ErrorCode(Option<&'static str>);

/// RFC 6749 section 5.2, RFC 8707 section 2.
const CODES: [&str; 7] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
];

impl ErrorCode {
    pub(super) fn of(code: &str) -> Self {
        Self(CODES.into_iter().find(|known| *known == code))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = self.0 else {
            return f.write_str("its error code is in no standard, and is not shown");
        };
        write!(f, "`{code}`")?;
        let fix = match code {
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
