//! The table from a kind of refusal to HTTP and JSON-RPC.

use http::StatusCode;
use tollbar_mcp::Code;

/// What a refusal means, in the words of HTTP.
///
/// The table: each kind has one HTTP status and one JSON-RPC code. Codes outside
/// -32768..-32000 are ours, since MCP reserves that band for itself (2026-07-28, `basic/index`,
/// Error Codes); they repeat the HTTP status, so that a client which only shows the JSON-RPC error
/// still tells what happened.
///
/// | kind | status | code | when |
/// |---|---|---|---|
/// | `Malformed` | 400 | -32600 | the message or its headers are not valid |
/// | `Unauthenticated` | 401 | 401 | no credential, or a bad one |
/// | `InsufficientScope` | 403 | 403 | the credential lacks a scope (RFC 6750 section 3.1) |
/// | `Forbidden` | 403 | 403 | known, and not allowed |
/// | `NotFound` | 404 | 404 | no such path, or no such session |
/// | `MethodNotAllowed` | 405 | 405 | an HTTP method that MCP does not have |
/// | `TooLarge` | 413 | 413 | over a limit in bytes |
/// | `UnsupportedMediaType` | 415 | 415 | not `application/json`, or encoded |
/// | `Limited` | 429 | 429 | too often or too much |
/// | `Concealed` | 200 | -32602 | denied, and said as if it did not exist |
/// | `BadUpstream` | 502 | -32603 | the MCP server cannot be reached or answers nonsense |
/// | `Unavailable` | 503 | -32603 | the gateway, or what it depends on, cannot work now |
/// | `Timeout` | 504 | -32603 | the MCP server did not answer in time |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The message or its headers are not valid.
    Malformed,
    /// No credential, or a bad one.
    Unauthenticated,
    /// The credential lacks a scope.
    InsufficientScope,
    /// Known, and not allowed.
    Forbidden,
    /// No such path, or no such session.
    NotFound,
    /// An HTTP method that MCP does not have.
    MethodNotAllowed,
    /// Over a limit in bytes.
    TooLarge,
    /// Not `application/json`, or encoded.
    UnsupportedMediaType,
    /// Too often or too much.
    Limited,
    /// Denied, and said as if it did not exist.
    Concealed,
    /// The MCP server cannot be reached or answers nonsense.
    BadUpstream,
    /// The gateway, or what it depends on, cannot work now.
    Unavailable,
    /// The MCP server did not answer in time.
    Timeout,
}

impl Kind {
    /// The HTTP status of this kind.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            Self::Concealed => StatusCode::OK,
            Self::BadUpstream => StatusCode::BAD_GATEWAY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The JSON-RPC error code of this kind.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed => Code::INVALID_REQUEST,
            Self::Concealed => Code::INVALID_PARAMS,
            Self::BadUpstream | Self::Unavailable | Self::Timeout => Code::INTERNAL_ERROR,
            Self::Unauthenticated => Code(401),
            Self::InsufficientScope | Self::Forbidden => Code(403),
            Self::NotFound => Code(404),
            Self::MethodNotAllowed => Code(405),
            Self::TooLarge => Code(413),
            Self::UnsupportedMediaType => Code(415),
            Self::Limited => Code(429),
        }
    }

    /// The kind as one word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::InsufficientScope => "insufficient_scope",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Limited => "limited",
            Self::Concealed => "concealed",
            Self::BadUpstream => "bad_upstream",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
        }
    }
}
