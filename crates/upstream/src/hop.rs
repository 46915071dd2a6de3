//! Headers that are for one connection only (RFC 9110 section 7.6.1).

use http::{HeaderMap, HeaderName, header};

use crate::forwarded::tells_origin;

/// A `Connection` line names a header that is meant for the other end.
///
/// RFC 9110 section 7.6.1 forbids senders to do that. Obeying it would forward another message than
/// the one that was judged; ignoring it would keep what a recipient was told to drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NamesEndToEnd;

/// The headers that a message's `Connection` lines name. Empty for nearly every message.
#[derive(Debug, Default)]
pub(crate) struct Named(Vec<HeaderName>);

impl Named {
    /// Reads the `Connection` lines of a message.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, NamesEndToEnd> {
        let mut named = Vec::new();
        for line in headers.get_all(header::CONNECTION) {
            for option in line.as_bytes().split(|byte| *byte == b',') {
                // What is no token names no header.
                let Ok(name) = HeaderName::from_bytes(option.trim_ascii()) else {
                    continue;
                };
                if is_end_to_end(name.as_str()) {
                    return Err(NamesEndToEnd);
                }
                if !is_hop_by_hop(name.as_str()) && name != "close" && !named.contains(&name) {
                    named.push(name);
                }
            }
        }
        Ok(Self(named))
    }

    /// Whether this header is for one connection only.
    pub(crate) fn drops(&self, name: &HeaderName) -> bool {
        is_hop_by_hop(name.as_str()) || self.0.contains(name)
    }
}

/// Headers that are for one connection only, whether or not `Connection` names them.
pub(crate) fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "http2-settings"
            | "proxy-authenticate"
            | "proxy-authentication-info"
            | "proxy-authorization"
    )
}

/// Headers that HTTP, MCP or tracing define for the other end, and those by which a proxy in front
/// tells who the client is: no `Connection` line may take them out of a message.
pub(crate) fn is_end_to_end(name: &str) -> bool {
    const FAMILIES: [&str; 7] = [
        "mcp-",
        "content-",
        "accept",
        "access-control-",
        "if-",
        "sec-",
        "ratelimit",
    ];
    FAMILIES.iter().any(|family| name.starts_with(family))
        || tells_origin(name)
        || matches!(
            name,
            "age"
                | "allow"
                | "authorization"
                | "baggage"
                | "cache-control"
                | "cookie"
                | "date"
                | "etag"
                | "expect"
                | "expires"
                | "from"
                | "host"
                | "last-event-id"
                | "last-modified"
                | "link"
                | "location"
                | "max-forwards"
                | "origin"
                | "pragma"
                | "prefer"
                | "priority"
                | "range"
                | "referer"
                | "retry-after"
                | "server"
                | "set-cookie"
                | "traceparent"
                | "tracestate"
                | "user-agent"
                | "vary"
                | "via"
                | "www-authenticate"
        )
}
