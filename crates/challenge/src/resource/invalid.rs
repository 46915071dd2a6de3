//! Why something is no protected resource.

use thiserror::Error;

/// Why a [`ProtectedResource`](super::ProtectedResource) cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidResource {
    /// The public URL is of another kind.
    #[error("a protected resource has a URL of HTTP: begin with `https://`")]
    Scheme,
    /// The public URL has a query or a fragment.
    #[error(
        "the URL of a protected resource ends with its path: leave out `?`, `#` and what follows"
    )]
    Query,
    /// The public URL has a user name or a password.
    #[error(
        "the URL of a protected resource is told to everybody: leave out user name and password"
    )]
    Credentials,
    /// This is no scope.
    #[error(
        "`{0}` is not a scope: write each scope by itself, without spaces, quotes and backslashes"
    )]
    Scope(String),
    /// This is no path.
    #[error("`{0}` is not a path: begin with `/`, and leave out `?`, `#` and spaces")]
    Path(String),
}
