//! Error codes.

use std::fmt;

/// A JSON-RPC error code as MCP uses it.
///
/// Not every code may be sent to every client. A dual-era client takes a modern code as the sign of a modern
/// server (2026-07-28, `basic/versioning`), so those never answer legacy traffic; and 2026-07-28 forbids the
/// codes that it has replaced.
///
/// | code | constant | legacy | modern |
/// |---|---|---|---|
/// | -32700 | [`PARSE_ERROR`](Self::PARSE_ERROR) | yes | yes |
/// | -32600 | [`INVALID_REQUEST`](Self::INVALID_REQUEST) | yes | yes |
/// | -32601 | [`METHOD_NOT_FOUND`](Self::METHOD_NOT_FOUND) | yes, status 200 | yes, status 404 |
/// | -32602 | [`INVALID_PARAMS`](Self::INVALID_PARAMS) | yes | yes |
/// | -32603 | [`INTERNAL_ERROR`](Self::INTERNAL_ERROR) | yes | yes |
/// | -32002 | [`RESOURCE_NOT_FOUND`](Self::RESOURCE_NOT_FOUND) | yes | no: -32602 |
/// | -32042 | [`URL_ELICITATION_REQUIRED`](Self::URL_ELICITATION_REQUIRED) | 2025-11-25 only | no |
/// | -32020 | [`HEADER_MISMATCH`](Self::HEADER_MISMATCH) | no | yes |
/// | -32021 | [`MISSING_CLIENT_CAPABILITY`](Self::MISSING_CLIENT_CAPABILITY) | no | yes |
/// | -32022 | [`UNSUPPORTED_PROTOCOL_VERSION`](Self::UNSUPPORTED_PROTOCOL_VERSION) | no | yes |
///
/// An application's own codes stay outside of -32768 to -32000, which JSON-RPC keeps for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(pub i64);

impl Code {
    /// The body is not JSON.
    pub const PARSE_ERROR: Self = Self(-32700);
    /// The body is JSON, but not a message that may be sent.
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// Nobody serves this method.
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The method's parameters are not what it needs.
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The answering side failed.
    pub const INTERNAL_ERROR: Self = Self(-32603);
    /// No such resource (2025-11-25 and earlier).
    pub const RESOURCE_NOT_FOUND: Self = Self(-32002);
    /// A header and the body disagree, or a required header is missing (2026-07-28).
    pub const HEADER_MISMATCH: Self = Self(-32020);
    /// The request needs a capability which the client did not declare (2026-07-28).
    pub const MISSING_CLIENT_CAPABILITY: Self = Self(-32021);
    /// The requested protocol version is not served (2026-07-28).
    pub const UNSUPPORTED_PROTOCOL_VERSION: Self = Self(-32022);
    /// The user has to open a URL first (2025-11-25).
    pub const URL_ELICITATION_REQUIRED: Self = Self(-32042);
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
