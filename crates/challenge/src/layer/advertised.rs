//! What is told, and by which proxy.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use crate::{Challenge, ProtectedResource, RelayedResource, front::Places};

/// What is told of one proxy, and where.
pub(super) struct Advertised {
    places: Places,
    source: Source,
}

/// Who says it.
pub(super) enum Source {
    /// The host: all is written beforehand.
    Host(Box<Both>),
    /// The MCP server.
    Server(RelayedResource),
}

/// What a host tells of a resource.
pub(super) struct Both {
    plain: Told,
    slashed: Told,
}

/// What a host tells of a resource under one of its two identifiers.
pub(super) struct Told {
    pub(super) document: Bytes,
    /// To whom is not known.
    unauthenticated: Challenge,
    /// To whom may not.
    forbidden: Challenge,
}

impl Advertised {
    pub(super) fn new(resource: &ProtectedResource) -> Self {
        Self {
            places: resource.front().places(),
            source: Source::Host(Box::new(Both {
                plain: Told::new(resource, false),
                slashed: Told::new(resource, true),
            })),
        }
    }

    pub(super) fn relayed(resource: &RelayedResource) -> Self {
        Self {
            places: resource.front().places(),
            source: Source::Server(resource.clone()),
        }
    }

    pub(super) const fn places(&self) -> &Places {
        &self.places
    }

    /// Whether a request for this path is for nobody here. Behind a server that judges tokens itself,
    /// clients look for an authorization server beside it, and an MCP endpoint would answer them.
    pub(super) fn is_nobodys(&self, path: &str) -> bool {
        matches!(self.source, Source::Server(_)) && self.places.is_of_nobody(path)
    }

    pub(super) const fn source(&self) -> &Source {
        &self.source
    }
}

impl fmt::Debug for Advertised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.places.fmt(f)
    }
}

impl Both {
    pub(super) const fn told(&self, slashed: bool) -> &Told {
        match slashed {
            true => &self.slashed,
            false => &self.plain,
        }
    }
}

impl Told {
    fn new(resource: &ProtectedResource, slashed: bool) -> Self {
        let forbidden = resource.front().pointer(slashed);
        let mut unauthenticated = forbidden.clone();
        let scopes = resource.told_scopes(false).join(" ");
        if !scopes.is_empty() {
            unauthenticated.put("scope", &scopes);
        }
        Self {
            document: resource.document(slashed),
            unauthenticated,
            forbidden,
        }
    }

    /// The one line of a refusal that has these challenges; `None` when none of them is for a bearer
    /// token.
    pub(super) fn line(&self, status: StatusCode, challenges: &[Challenge]) -> Option<HeaderValue> {
        let refused = Challenge::bearer_of(challenges)?;
        let needs_scope = status == StatusCode::UNAUTHORIZED && refused.get("scope").is_none();
        let first = match needs_scope {
            true => self.unauthenticated.clone(),
            false => self.forbidden.clone(),
        };
        Some(first.lead(challenges))
    }
}
