//! Why an upstream cannot be set up.

use http::HeaderName;
use thiserror::Error;

/// Why an [`Upstream`](crate::Upstream) cannot be set up.
///
/// No message repeats the URL, since a path or a query may hold a secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// The URL is neither `http` nor `https`.
    #[error("cannot proxy to a `{0}` URL: use `http` or `https`")]
    Scheme(String),
    /// The URL has a user name or a password.
    #[error("the upstream URL has a user name or password: set an `authorization` header instead")]
    UserInfo,
    /// The URL has a fragment, which is never sent.
    #[error("the upstream URL has a fragment: remove the `#` and what follows")]
    Fragment,
    /// The URL cannot be sent as the target of a request.
    #[error("the upstream URL cannot be sent in a request: {0}")]
    Target(String),
    /// A bound is too small to work with.
    #[error("`{option}` is {given}: it must be at least {least}")]
    TooSmall {
        /// The name of the builder's method.
        option: &'static str,
        /// What was given.
        given: usize,
        /// The least that works.
        least: usize,
    },
    /// A time limit is zero, so that nothing would ever be in time.
    #[error("`{0}` is zero: give a time in which an answer is possible")]
    ZeroTime(&'static str),
    /// A static header is one that the proxy or the client has to set.
    #[error("the header `{0}` cannot be set for all requests: it depends on the message")]
    Header(HeaderName),
    /// More than one `Authorization` would be sent: of the client's, fixed ones, and one that is
    /// found for each request.
    #[error(
        "there is more than one `Authorization` to send: choose one of `forward_authorization`, \
         `authorize`, and one fixed `authorization` header (`bearer`, `basic`)"
    )]
    TwoAuthorizations,
    /// This is not a bearer token (RFC 6750 section 2.1). It may be nearly one, so it is not shown.
    #[error(
        "the bearer token is empty, or has spaces, line breaks or characters outside ASCII: give the \
         bare token"
    )]
    BearerToken,
    /// The user's name cannot be told from the password (RFC 7617 section 2).
    #[error("the user name for Basic authentication has a `:`: choose one without")]
    BasicUser,
    /// A control character, which Basic authentication does not allow (RFC 7617 section 2).
    #[error(
        "the user name or password for Basic authentication has a control character, such as a line \
         break: remove it"
    )]
    BasicControl,
    /// The certificates are not PEM.
    #[error("the CA certificates cannot be read: {0}")]
    Pem(String),
    /// There is no certificate in the PEM.
    #[error("there is no certificate in the CA file: it needs a `BEGIN CERTIFICATE` block")]
    NoCertificate,
    /// A certificate cannot be used as a trust anchor.
    #[error("a CA certificate cannot be used: {0}")]
    Certificate(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}
