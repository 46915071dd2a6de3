//! The metadata that a server publishes.

use bytes::Bytes;
use tollbar_fetch::{is_internal, is_loopback};
use url::Url;

use super::{
    fault::RelayFault,
    members::Members,
    search::Search,
    shown::{Shown, shown},
};
use crate::front::trimmed;

/// How many authorization servers a resource may name.
const MOST_SERVERS: usize = 16;

const RESOURCE: &str = "resource";
const SERVERS: &str = "authorization_servers";
const SIGNED: &str = "signed_metadata";
/// RFC 9728 section 2: tokens that go with a proof, or with a certificate, of whoever sends them.
const BOUND: [&str; 2] = [
    "dpop_bound_access_tokens_required",
    "tls_client_certificate_bound_access_tokens",
];

/// Protected resource metadata (RFC 9728 section 2), as it was fetched.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    bytes: Bytes,
    members: Members,
}

impl Document {
    /// Reads a JSON object. What it says is not judged yet.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, RelayFault> {
        let names = [RESOURCE, SERVERS, SIGNED, BOUND[0], BOUND[1]];
        let members = Members::parse(&bytes, &names)?;
        let bytes = bytes.into();
        Ok(Self { bytes, members })
    }

    /// As it was fetched.
    pub(super) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What it says it is about, if that is a text.
    pub(crate) fn resource(&self) -> Option<String> {
        self.members.get(RESOURCE)
    }

    /// The authorization servers that it names, if that is an array of texts.
    pub(crate) fn authorization_servers(&self) -> Option<Vec<String>> {
        self.members.get(SERVERS)
    }

    /// Whether it is about the server that calls itself this, as MCP clients check it: the very URL, the
    /// same but for a trailing slash, or a part of its path from the beginning, on the same origin (RFC 9728
    /// section 3.3).
    pub(super) fn check_resource(&self, server: &Search) -> Result<(), RelayFault> {
        let resource = self.resource().ok_or(RelayFault::Member {
            member: RESOURCE,
            expected: "a text",
        })?;
        let (url, identifier) = (Url::parse(&resource).ok(), &server.identifier);
        if url.as_ref().is_some_and(|url| is_about(url, identifier)) {
            return Ok(());
        }
        let found = shown(&resource);
        let origin = shown(&identifier.origin().ascii_serialization());
        Err(RelayFault::Mismatch {
            found: match url {
                Some(url) if server.is_at(&url) => {
                    Shown::new(Shown::place(&url).to_string(), found)
                }
                _ => Shown::from(&*found),
            },
            expected: Shown::new(
                format!("the one at {origin} by which the gateway knows it"),
                shown(identifier.as_str()),
            ),
        })
    }

    /// Whether clients may be sent to the authorization servers that it names. One on this machine may be
    /// plain HTTP, where the server is on this machine, too; and a server elsewhere names no address in
    /// a network of its clients.
    pub(super) fn check_authorization_servers(&self, server: &Search) -> Result<(), RelayFault> {
        let servers = self.authorization_servers();
        let servers = servers.filter(|it| (1..=MOST_SERVERS).contains(&it.len()));
        let servers = servers.ok_or(RelayFault::Member {
            member: SERVERS,
            expected: "an array of one to 16 texts",
        })?;
        let is_local = server.reach.is_local;
        if let Some(issuer) = servers.iter().find(|it| !is_safe_issuer(it, is_local)) {
            return Err(RelayFault::Unsafe(shown(issuer)));
        }
        match servers.iter().find(|it| leads_inside(it, &server.upstream)) {
            Some(issuer) => Err(RelayFault::Inside(shown(issuer))),
            None => Ok(()),
        }
    }

    /// Whether tokens that clients get for the gateway's URL are worth anything at the server.
    pub(crate) fn check_bound_tokens(&self) -> Result<(), RelayFault> {
        for member in BOUND {
            let is_bound = match self.members.has(member) {
                true => self.members.get::<Option<bool>>(member),
                false => Some(None),
            };
            match is_bound {
                // Some write `null` for what they do not say.
                Some(None | Some(false)) => {}
                Some(Some(true)) => return Err(RelayFault::Bound(member)),
                None => {
                    let expected = "true or false";
                    return Err(RelayFault::Member { member, expected });
                }
            }
        }
        Ok(())
    }

    /// All that has to hold before it is told under another URL.
    pub(super) fn check(&self, server: &Search) -> Result<(), RelayFault> {
        self.check_resource(server)?;
        self.check_authorization_servers(server)?;
        self.check_bound_tokens()
    }

    /// The same, as about another resource. A signature would still be about the first one (RFC 9728
    /// section 2.2), and is left out.
    pub(super) fn about(&self, resource: &str) -> Bytes {
        self.members.rewritten(RESOURCE, resource, SIGNED).into()
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
    let begins = match url.scheme() {
        "https" => "https://",
        "http" if is_local && is_loopback(&url) => "http://",
        _ => return false,
    };
    let Some(rest) = issuer.strip_prefix(begins) else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !br#""\<>^`{|}?#"#.contains(&byte);
    issuer.len() <= LONGEST
        && !authority.is_empty()
        && !authority.contains('@')
        && issuer.bytes().all(is_plain)
}

/// Whether somebody outside of this network names a place in it.
pub(super) fn leads_inside(issuer: &str, named_by: &Url) -> bool {
    let is_inside = Url::parse(issuer).is_ok_and(|url| is_internal(&url));
    is_inside && !is_internal(named_by)
}

#[cfg(test)]
mod tests;
