//! Which HTTP to speak.

/// Which HTTP version to speak to the upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/1.1: one connection for each exchange that is under way, so that no exchange waits for
    /// another. What every MCP server speaks.
    #[default]
    Http1,
    /// HTTP/2 where the server chooses it in the TLS handshake (ALPN, RFC 7301), else HTTP/1.1.
    /// Over plain `http` there is no such handshake, and HTTP/1.1 is spoken.
    Negotiated,
    /// HTTP/2 only: by ALPN over `https`, with prior knowledge over plain `http` (RFC 9113 section
    /// 3.3). All exchanges share one connection, and end together when it breaks.
    Http2,
}
