//! What of a server's metadata may be told under another URL.

use tollbar_fetch::{is_internal, is_loopback};
use url::Url;

use super::{
    document::{Document, RESOURCE, SERVERS},
    fault::RelayFault,
    search::Search,
    shown::{Shown, shown},
};
use crate::front::trimmed;

#[cfg(test)]
mod tests;

/// How many authorization servers a resource may name.
const MOST_SERVERS: usize = 16;

impl Search {
    /// All that has to hold before a document is told under another URL.
    pub(super) fn check(&self, document: &Document) -> Result<(), RelayFault> {
        self.check_resource(document)?;
        self.check_authorization_servers(document)?;
        document.check_bound_tokens()
    }

    /// Whether a document is about the server that calls itself this, as MCP clients check it: the very URL, the
    /// same but for a trailing slash, or a part of its path from the beginning, on the same origin (RFC 9728
    /// section 3.3).
    pub(super) fn check_resource(&self, document: &Document) -> Result<(), RelayFault> {
        let resource = document.resource().ok_or(RelayFault::Member {
            member: RESOURCE,
            expected: "a text",
        })?;
        let (url, identifier) = (Url::parse(&resource).ok(), &self.identifier);
        let is_plain =
            |url: &Url| resource == identifier.as_str() || is_plain(&resource, url.scheme());
        let is_about = |url: &Url| is_plain(url) && is_about(url, identifier);
        if url.as_ref().is_some_and(is_about) {
            return Ok(());
        }
        let found = shown(&resource);
        let origin = shown(&identifier.origin().ascii_serialization());
        Err(RelayFault::Mismatch {
            found: match url {
                Some(url) if self.is_at(&url) => Shown::new(Shown::place(&url).to_string(), found),
                _ => Shown::from(&*found),
            },
            expected: Shown::new(
                format!("the one at {origin} by which the gateway knows it"),
                shown(identifier.as_str()),
            ),
        })
    }

    /// Whether clients may be sent to the authorization servers that a document names. One on this machine may be
    /// plain HTTP, where the server is on this machine, too; and a server elsewhere names no address in
    /// a network of its clients.
    pub(super) fn check_authorization_servers(
        &self,
        document: &Document,
    ) -> Result<(), RelayFault> {
        let servers = document.authorization_servers();
        let servers = servers.filter(|it| (1..=MOST_SERVERS).contains(&it.len()));
        let servers = servers.ok_or(RelayFault::Member {
            member: SERVERS,
            expected: "an array of one to 16 texts",
        })?;
        let is_local = self.reach.is_local;
        if let Some(issuer) = servers.iter().find(|it| !is_safe_issuer(it, is_local)) {
            return Err(RelayFault::Unsafe(shown(issuer)));
        }
        match servers.iter().find(|it| leads_inside(it, &self.upstream)) {
            Some(issuer) => Err(RelayFault::Inside(shown(issuer))),
            None => Ok(()),
        }
    }
}

/// Whether this resource is that server, or a part of its origin in which the server is.
fn is_about(resource: &Url, identifier: &Url) -> bool {
    if resource == identifier {
        return true;
    }
    let is_bare = resource.query().is_none() && resource.fragment().is_none();
    let is_plain = resource.username().is_empty() && resource.password().is_none();
    if !is_bare || !is_plain || resource.origin() != identifier.origin() {
        return false;
    }
    let stem = trimmed(resource.path());
    let rest = identifier.path().strip_prefix(stem);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether clients may log in at this issuer: an `https` URL that every parser reads alike, without user
/// name, query and fragment (RFC 8414 section 2); or `http` on this machine for a server on this machine.
pub(super) fn is_safe_issuer(issuer: &str, is_local: bool) -> bool {
    const LONGEST: usize = 2048;
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => is_local && is_loopback(&url),
        _ => false,
    };
    is_safe
        && issuer.len() <= LONGEST
        && !issuer.contains(['?', '#'])
        && is_plain(issuer, url.scheme())
}

/// Whether every parser reads a URL of this scheme alike: one that is written as it is meant, with a host, which
/// is not encoded, and without a user name.
fn is_plain(text: &str, scheme: &str) -> bool {
    let rest = text.strip_prefix(scheme);
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix("://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !br#""\<>^`{|}"#.contains(&byte);
    !authority.is_empty() && !authority.contains(['@', '%']) && text.bytes().all(is_plain)
}

/// Whether somebody outside of this network names a place in it.
pub(super) fn leads_inside(issuer: &str, named_by: &Url) -> bool {
    let is_inside = Url::parse(issuer).is_ok_and(|url| is_internal(&url));
    is_inside && !is_internal(named_by)
}
