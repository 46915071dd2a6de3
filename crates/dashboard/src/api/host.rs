//! Whom a request takes this server for.

use std::net::IpAddr;

use http::{HeaderMap, Uri, uri::Authority};

/// Whether the request was meant for this machine by its own name. A page of a stranger can make its own name lead
/// here (DNS rebinding), but it cannot have a browser send another name than that.
pub(super) fn is_own(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(http::header::HOST).iter();
    let header = match (values.next(), values.next()) {
        (Some(value), None) => Authority::try_from(value.as_bytes()).ok(),
        (None, _) => None,
        (Some(_), Some(_)) => return false,
    };
    let named = header.as_ref().or_else(|| uri.authority());
    named.is_some_and(|named| {
        let host = named.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
        host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(is_loopback)
    })
}
