//! Where an address leads.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Whether a URL leads to this very machine. `localhost` must (RFC 6761 section 6.3); other names are not
/// looked up.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// Whether a URL leads to this machine, to its network, or to an address that is nobody's on the internet.
/// Names are not looked up; of those that only a network itself knows are the ones of one label, and the ones
/// under `local` (RFC 6762), `internal` (reserved by ICANN in 2024), `home.arpa` (RFC 8375) and `localdomain`.
#[must_use]
pub fn is_internal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let is_under = |end: &str| name.strip_suffix(end).is_some_and(|it| it.ends_with('.'));
            !name.contains('.') || INTERNAL_NAMES.into_iter().any(is_under)
        }
        Some(Host::Ipv4(address)) => is_internal_v4(address),
        Some(Host::Ipv6(address)) => is_internal_v6(address),
        None => true,
    }
}

/// What a name ends with that is nobody's on the internet.
const INTERNAL_NAMES: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "localdomain"];

/// The special-purpose addresses of RFC 6890 that can lead somewhere, and multicast.
fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || matches!(
            (a, b),
            (0 | 240..=255, _) | (100, 64..=127) | (198, 18..=19)
        )
        || (a, b, c) == (192, 0, 0)
}

/// Likewise, and whatever leads to such an IPv4 address (RFC 4291, RFC 6052, RFC 7915, RFC 3056).
fn is_internal_v6(address: Ipv6Addr) -> bool {
    let inner = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_internal_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // Unspecified, loopback, compatible and mapped ones; those of translators; those of 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => inner(high, low),
        // For the network's own use (RFC 8215), Teredo (RFC 4380: whoever it leads to is hidden in it), and
        // site-local ones of old (RFC 3879).
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] | [0xfec0..=0xfeff, ..] => true,
        _ => address.is_unique_local() || address.is_unicast_link_local() || address.is_multicast(),
    }
}
