//! Which headers of a request go on.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use tollbar_core::Network;

use crate::{
    UpstreamError,
    failure::Failure,
    forwarded::{append_peer, tells_origin},
    hop::{Named, is_end_to_end, is_hop_by_hop},
};

const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// What to do with the headers of each request.
#[derive(Clone, Default)]
pub(crate) struct HeaderRules {
    /// Whether the client's `Authorization` goes on.
    pub(crate) forward_authorization: bool,
    /// Whether `Cookie` goes on, and `Set-Cookie` comes back.
    pub(crate) forward_cookies: bool,
    /// Whose word about the client's address goes on.
    pub(crate) trusted_peers: Vec<Network>,
    /// Set on every request, instead of what the client sent.
    pub(crate) fixed: HeaderMap,
}

impl HeaderRules {
    /// Whether these rules can be kept, together with a credential that is found for each request.
    pub(crate) fn check(&self, found: bool) -> Result<(), UpstreamError> {
        if let Some(name) = self
            .fixed
            .keys()
            .find(|name| is_of_the_message(name.as_str()))
        {
            return Err(UpstreamError::Header(name.clone()));
        }
        let fixed = self.fixed.get_all(header::AUTHORIZATION).iter().count();
        if fixed + usize::from(self.forward_authorization) + usize::from(found) > 1 {
            return Err(UpstreamError::TwoAuthorizations);
        }
        Ok(())
    }

    /// The headers that go on. All others pass unchanged, repeated lines and their order included.
    pub(super) fn apply(
        &self,
        headers: HeaderMap,
        peer: Option<IpAddr>,
    ) -> Result<HeaderMap, Failure> {
        let named = Named::of(&headers).map_err(|_| Failure::ConnectionHeader)?;
        let peer = peer.map(|peer| peer.to_canonical()).filter(|peer| {
            self.trusted_peers
                .iter()
                .any(|network| network.contains(*peer))
        });
        let mut kept = HeaderMap::with_capacity(headers.keys_len() + self.fixed.keys_len() + 2);
        let mut current = None;
        // Of lines of one name, only the first comes with it.
        for (name, value) in headers {
            if let Some(name) = name {
                let keep = !named.drops(&name) && self.keeps(name.as_str(), peer.is_some());
                current = keep.then_some(name);
            }
            if let Some(name) = &current {
                kept.append(name, value);
            }
        }
        if let Some(peer) = peer {
            append_peer(&mut kept, peer);
        }
        kept.insert(header::ACCEPT_ENCODING, IDENTITY);
        // What was appended just now.
        for name in self.fixed.keys() {
            kept.remove(name);
        }
        for (name, value) in &self.fixed {
            kept.append(name, value.clone());
        }
        Ok(kept)
    }

    fn keeps(&self, name: &str, trusted: bool) -> bool {
        if self
            .fixed
            .keys()
            .any(|fixed| passes_for(name, fixed.as_str()))
        {
            return false;
        }
        match name {
            "authorization" => self.forward_authorization,
            "cookie" | "cookie2" => self.forward_cookies,
            // The gateway has judged the origin, and the upstream would judge it by its own address.
            // The others are of the connection to the client: target and length are set anew.
            "origin" | "host" | "content-length" | "expect" | "accept-encoding" => false,
            name if tells_origin(name) => trusted,
            name => !asks_for_another_request(name) && !is_disguised(name),
        }
    }
}

/// Headers by which some frameworks take a request for another one than was judged.
fn asks_for_another_request(name: &str) -> bool {
    matches!(
        name,
        "x-http-method"
            | "x-http-method-override"
            | "x-method-override"
            | "x-original-url"
            | "x-rewrite-url"
    )
}

/// Servers with a CGI-like interface (WSGI, PHP, Rack) cannot tell `mcp_session_id`, and some not
/// even `mcp.session.id`, from `mcp-session-id`, so that a header which nobody has judged would
/// stand for one that was.
fn is_disguised(name: &str) -> bool {
    if name.bytes().all(|byte| folded(byte) == byte) {
        return false;
    }
    let plain: String = name.bytes().map(|byte| char::from(folded(byte))).collect();
    is_end_to_end(&plain)
        || is_hop_by_hop(&plain)
        || tells_origin(&plain)
        || asks_for_another_request(&plain)
        || plain == "last-event-id"
}

/// Whether such a server could take one header for the other.
fn passes_for(name: &str, other: &str) -> bool {
    name.bytes().map(folded).eq(other.bytes().map(folded))
}

/// A byte of a header's name, as far as such a server can tell: a variable of CGI (RFC 3875 section
/// 4.1.18) has one sign for all that is neither letter nor digit.
const fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() {
        byte
    } else {
        b'-'
    }
}

/// Headers whose value belongs to one message, so that a fixed one would belie it.
fn is_of_the_message(name: &str) -> bool {
    is_hop_by_hop(name)
        || name.starts_with("mcp-")
        || name.starts_with("content-")
        || matches!(
            name,
            "host" | "expect" | "accept-encoding" | "last-event-id"
        )
}

/// Takes a header that is set on every request; no `Debug` will show its value.
pub(crate) fn fix(rules: &mut HeaderRules, name: HeaderName, mut value: HeaderValue) {
    value.set_sensitive(true);
    rules.fixed.append(name, value);
}
