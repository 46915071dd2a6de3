//! An authorization server, and how it is asked.

mod builder;

pub use self::builder::AuthorizationServerBuilder;

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};
use url::Url;

use crate::unavailable::Unavailable;

/// An authorization server that plans ask about tokens. Named once, and shared by all of them: what is
/// known of it, its keys, and how it has failed.
///
/// Cheap to clone; clones are the same server.
#[derive(Clone)]
pub struct AuthorizationServer(Arc<Inner>);

struct Inner {
    issuer: Box<str>,
}

/// What introspection has found (RFC 7662 section 2.2).
#[derive(Debug)]
pub(crate) enum Introspected {
    /// `active` is true: all members of the answer, and how many bytes it had.
    Active(Map<String, Value>, usize),
    /// `active` is false.
    Inactive,
}

impl AuthorizationServer {
    /// The server with this issuer identifier (RFC 8414 section 2), byte for byte as it stands in its
    /// metadata and in its tokens.
    pub fn builder(issuer: impl Into<String>) -> AuthorizationServerBuilder {
        AuthorizationServerBuilder::new(issuer.into())
    }

    /// A security domain of Gravitee Access Management, at the URL of its gateway.
    pub fn gravitee(url: &Url, domain: &str) -> AuthorizationServerBuilder {
        let base = url.as_str().trim_end_matches('/');
        Self::builder(format!("{base}/{domain}/oidc"))
    }

    /// Its issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Asks what a token is (RFC 7662 section 2.1), with the bounds of the server.
    pub(crate) async fn introspect(&self, _token: &str) -> Result<Introspected, Unavailable> {
        Err(Unavailable {
            retry_after: std::time::Duration::from_secs(1),
        })
    }
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("issuer", &self.0.issuer)
            .finish_non_exhaustive()
    }
}
