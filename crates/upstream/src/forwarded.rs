//! What is said about the client: its address, and its certificate.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header::FORWARDED};

pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whether a header tells, or claims to tell, where a request comes from, or from whom.
pub(crate) fn tells_origin(name: &str) -> bool {
    name.starts_with("x-forwarded-")
        // What a terminator says of the client's certificate (RFC 9440, nginx, HAProxy, AWS).
        || name.starts_with("x-ssl-client-")
        || name.starts_with("x-amzn-mtls-")
        || matches!(
            name,
            "forwarded"
                | "x-real-ip"
                | "x-client-ip"
                | "x-cluster-client-ip"
                | "true-client-ip"
                | "cf-connecting-ip"
                | "fastly-client-ip"
                | "client-cert"
                | "client-cert-chain"
                | "x-client-cert"
                | "ssl-client-cert"
        )
}

/// Appends a trusted peer to the chain: always to `X-Forwarded-For`, and to `Forwarded` (RFC 7239
/// section 5.2) where there is one. Each chain becomes one line, since many servers read only one.
pub(crate) fn append_peer(headers: &mut HeaderMap, peer: IpAddr) {
    extend(headers, X_FORWARDED_FOR, &peer.to_string());
    if headers.contains_key(FORWARDED) {
        let node = match peer {
            IpAddr::V4(peer) => format!("for={peer}"),
            IpAddr::V6(peer) => format!("for=\"[{peer}]\""),
        };
        extend(headers, FORWARDED, &node);
    }
}

/// Makes one line of all lines of this name and one more element.
fn extend(headers: &mut HeaderMap, name: HeaderName, last: &str) {
    let mut chain = Vec::new();
    for line in headers.get_all(&name) {
        if !line.is_empty() {
            chain.extend_from_slice(line.as_bytes());
            chain.extend_from_slice(b", ");
        }
    }
    chain.extend_from_slice(last.as_bytes());
    if let Ok(chain) = HeaderValue::from_maybe_shared(bytes::Bytes::from(chain)) {
        headers.insert(name, chain);
    }
}
