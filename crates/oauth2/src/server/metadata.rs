//! What an authorization server says of itself.

use super::{failure::ServerFailure, issuer::Issuer, json::Object};
use crate::endpoint::{Endpoint, NamedEndpointError};

/// The metadata of an authorization server (RFC 8414 section 2, OpenID Connect Discovery 1.0 section
/// 3), as far as its endpoints go that the gateway asks; each may be missing or unfit.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) introspection: Named,
    pub(super) keys: Named,
}

pub(super) const INTROSPECTION: &str = "introspection_endpoint";
pub(super) const KEYS: &str = "jwks_uri";

/// An endpoint of the metadata.
#[derive(Debug)]
pub(super) struct Named {
    name: &'static str,
    found: Option<Result<Endpoint, NamedEndpointError>>,
}

impl Metadata {
    pub(super) fn new(document: &Object, issuer: &Issuer, plain_http: bool) -> Self {
        let named = |name| Named::new(document, name, issuer, plain_http);
        Self {
            introspection: named(INTROSPECTION),
            keys: named(KEYS),
        }
    }
}

impl Named {
    pub(super) fn new(
        document: &Object,
        name: &'static str,
        issuer: &Issuer,
        plain_http: bool,
    ) -> Self {
        let found = document.0.get(name).filter(|value| !value.is_null());
        let found = found.map(|value| match value.as_str() {
            Some(text) => Endpoint::named_by(issuer.endpoint(), text, plain_http),
            None => Err(NamedEndpointError::Url),
        });
        Self { name, found }
    }

    /// The endpoint, if it is there and may be asked.
    pub(super) fn endpoint(&self) -> Result<Endpoint, ServerFailure> {
        match &self.found {
            Some(Ok(endpoint)) => Ok(endpoint.clone()),
            Some(Err(source)) => Err(ServerFailure::Endpoint {
                name: self.name,
                source: source.clone(),
            }),
            None => Err(ServerFailure::NoEndpoint(self.name)),
        }
    }
}
