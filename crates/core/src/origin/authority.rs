//! Host names, as they stand in `Host` and `Origin`.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderMap, Uri, header, uri::Authority};

/// The host that a request is for, lower-case and without a port. `None` when there is not exactly
/// one, or it is not a host.
pub(super) fn requested(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(header::HOST).iter();
    let named = match (lines.next(), lines.next()) {
        (Some(line), None) => Some(line.to_str().ok()?.parse::<Authority>().ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    // RFC 9112 section 3.2.2: the target's own authority replaces `Host`. HTTP/2 has only that.
    let authority = uri.authority().cloned().or(named)?;
    // User information has no place in a request, and confuses whoever compares.
    (!authority.as_str().contains('@')).then(|| authority.host().to_ascii_lowercase())
}

/// Whether a host name can only mean this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    host == "localhost"
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || literal.is_some_and(|host| {
            host.parse::<Ipv6Addr>()
                .is_ok_and(|address| address.is_loopback())
        })
}
