//! How a client shows who it is.

/// How a client shows an authorization server who it is (RFC 6749 section 2.3.1), at the token endpoint
/// and at the introspection endpoint. The names are those of the registry of token endpoint
/// authentication methods (RFC 7591 section 4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `client_secret_basic`: id and secret in `Authorization`, which every server must take.
    #[default]
    Basic,
    /// `client_secret_post`: id and secret in the content, for servers that read nothing else.
    Post,
}
