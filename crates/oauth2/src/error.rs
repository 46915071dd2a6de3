//! Why something around OAuth cannot be set up.

use thiserror::Error;
use tollbar_fetch::FetchError;

/// Why something around OAuth cannot be set up.
///
/// No message repeats a URL, since its query may hold a secret, nor any secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OAuth2Error {
    /// The endpoint is neither `https` nor `http`.
    #[error("cannot fetch from a `{0}` URL: use `https`")]
    Scheme(String),
    /// The endpoint is `http` on another machine: whoever is on the way could read the secret.
    #[error(
        "the endpoint at `{0}` is plain `http`: use `https`, or allow plain HTTP if the way there is \
         safe"
    )]
    PlainHttp(String),
    /// The endpoint has a user name or a password.
    #[error("the endpoint's URL has a user name or password: give client id and secret instead")]
    UserInfo,
    /// The endpoint has a fragment (RFC 6749 section 3.2 forbids it).
    #[error("the endpoint's URL has a fragment: remove the `#` and what follows")]
    Fragment,
    /// The endpoint cannot be sent as the target of a request.
    #[error("the endpoint's URL cannot be sent in a request: {0}")]
    Target(String),
    /// Something that must be there is empty.
    #[error("`{0}` is empty: give the one that the authorization server has issued")]
    Empty(&'static str),
    /// Nothing says whom tokens have to be for, so that none would be let in.
    #[error(
        "no audience is named: give the proxy's public URL, for which tokens have to be issued"
    )]
    NoAudience,
    /// This is not a scope (RFC 6749 section 3.3).
    #[error(
        "`{0}` is not a scope: give each scope by itself, without spaces, quotes or backslashes"
    )]
    Scope(String),
    /// This does not identify a resource (RFC 8707 section 2).
    #[error("`{0}` does not identify a resource: use an absolute URI without `#`")]
    Resource(String),
    /// This does not identify an authorization server (RFC 8414 section 2).
    #[error(
        "the issuer {0}: give what stands as `issuer` in the metadata of the authorization server, \
         byte for byte"
    )]
    Issuer(&'static str),
    /// Nothing says as whom to introspect.
    #[error(
        "the authorization server has no client: give the id and secret under which the gateway is \
         registered there, since nobody else may introspect tokens"
    )]
    NoClient,
    /// A time is zero, so that nothing would ever be in time.
    #[error("`{0}` is zero: give a time in which something can happen")]
    ZeroTime(&'static str),
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
    /// Nothing could be fetched with these settings.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}
