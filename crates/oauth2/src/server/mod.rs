//! An authorization server, and how it is asked.

mod answer;
mod builder;
mod discovery;
mod document;
mod examiner;
mod failure;
mod gravitee;
mod health;
mod inquiry;
mod issuer;
mod json;
mod key_source;
mod metadata;
mod needs;
mod places;
mod question;
mod unanswered;

pub use tollbar_fetch::{Examination, Outcome, Step};

pub use self::{builder::AuthorizationServerBuilder, needs::Needs};
pub(crate) use self::{
    places::{Asker, Place},
    unanswered::Unanswered,
};

use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use tollbar_fetch::Fetcher;
use url::Url;

use self::{
    discovery::Discovery, document::Documents, failure::ServerFailure, health::Health,
    inquiry::Proof, metadata::Metadata, places::Places, question::Client,
};
use crate::{endpoint::Endpoint, jwt::KeySet, unavailable::Unavailable};

/// An authorization server that plans ask about tokens. Named once, and shared by all of them: what is
/// known of it, its keys, and how it has failed.
///
/// Its endpoints are found in its metadata (RFC 8414, OpenID Connect Discovery 1.0) when they are
/// needed, unless they are configured. A failure of the server is never an answer about a token:
/// requests are refused with 503 then, and after some failures in a row the server is left alone for a
/// while. See the [builder](AuthorizationServerBuilder) for every bound.
///
/// Cheap to clone; clones are the same server.
///
/// ```
/// use tollbar_oauth2::AuthorizationServer;
///
/// let server = AuthorizationServer::builder("https://login.example")
///     .client("gateway", "s3cret")
///     .build()?;
/// assert_eq!(server.issuer(), "https://login.example");
/// assert!(!format!("{server:?}").contains("s3cret"));
/// # Ok::<(), tollbar_oauth2::OAuth2Error>(())
/// ```
#[derive(Clone)]
pub struct AuthorizationServer(Arc<Inner>);

struct Inner {
    /// What it is called in log lines.
    name: Box<str>,
    discovery: Arc<Discovery>,
    client: Option<Client>,
    /// Configured, not found.
    introspection_endpoint: Option<Endpoint>,
    jwks_uri: Option<Endpoint>,
    fetcher: Arc<Fetcher>,
    documents: Documents,
    timeout: Duration,
    places: Arc<Places>,
    introspection: Health,
    proof: Proof,
    keys: Health,
    key_set: KeySet,
}

/// What introspection has found (RFC 7662 section 2.2).
pub(crate) enum Introspected {
    /// `active` is true: all members of the answer.
    Active(Map<String, Value>),
    /// `active` is false.
    Inactive,
}

impl AuthorizationServer {
    /// The server with this issuer identifier (RFC 8414 section 2), byte for byte as it stands in its
    /// metadata and in its tokens.
    pub fn builder(issuer: impl Into<String>) -> AuthorizationServerBuilder {
        AuthorizationServerBuilder::new(issuer.into())
    }

    /// A security domain of Gravitee Access Management, by the URL of its gateway and the domain's path
    /// there. Its endpoints are those of Gravitee's documentation, and are not discovered. The client is
    /// that of the MCP server in Gravitee (*MCP Servers*, client id and secret), whose resource
    /// identifier is the proxy's public URL: for others Gravitee calls the same token inactive.
    pub fn gravitee(url: &Url, domain: &str) -> AuthorizationServerBuilder {
        gravitee::builder(url, domain)
    }

    /// What it is called in log lines.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Its issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.0.discovery.issuer.text()
    }

    /// Looks at everything that matters: its metadata, its endpoints, the client's id and secret (by
    /// introspecting a token that nobody has issued), its keys. What the plans do not [need](Needs) of it
    /// is no failure. Asks the server anew each time, whatever is known of it, and some ten times at
    /// most. Each of these takes no longer than the [timeout](AuthorizationServerBuilder::timeout).
    ///
    /// The steps are `metadata`, `issuer`, `endpoints`, `pkce`, `registration`, `issuer_in_response`,
    /// `introspection`, `client`, `keys`, and `scopes` where some are needed.
    pub async fn examine(&self, needs: &Needs) -> Examination {
        examiner::examine(&self.0, needs).await
    }

    /// Whether there is a client id and secret to introspect with.
    pub(crate) fn has_client(&self) -> bool {
        self.0.client.is_some()
    }

    /// Waits for a place among those who may introspect at a time, as long as the timeout.
    pub(crate) async fn place(&self, asker: Asker) -> Result<Place, Unavailable> {
        let Self(inner) = self;
        let health = &inner.introspection;
        health.check()?;
        let place = inner.places.place(asker, inner.timeout).await;
        place.map_err(|failure| health.reject(&failure))
    }

    /// How many rechecks have a place at a time.
    pub(crate) fn recheck_places(&self) -> usize {
        self.0.places.rechecks()
    }

    /// Asks what a token is (RFC 7662 section 2.1), with the bounds of the server.
    ///
    /// It takes at most three times the timeout: to find the metadata when nothing is known of it, to ask,
    /// and to find out whether it is the server that fails.
    pub(crate) async fn introspect(
        &self,
        _place: Place,
        token: &str,
    ) -> Result<Introspected, Unanswered> {
        let Self(inner) = self;
        let health = &inner.introspection;
        let (endpoint, metadata) = match &inner.introspection_endpoint {
            Some(endpoint) => (endpoint.clone(), None),
            None => {
                let metadata = inner.discovery.metadata().await?;
                let endpoint = metadata.introspection.endpoint();
                let endpoint = endpoint.map_err(|failure| health.reject(&failure))?;
                (endpoint, Some(metadata))
            }
        };
        let Some(client) = &inner.client else {
            return Err(health.reject(&ServerFailure::NoClient).into());
        };
        let answer = inquiry::inquire(inner, client, &endpoint, token).await;
        inner.look_again(health, metadata.as_ref());
        answer
    }

    /// The keys by which its tokens are signed, as the document stands (a JWK set, RFC 7517 section 5).
    /// Each call asks the server, unless that has just failed.
    pub(crate) async fn fetch_keys(&self) -> Result<Vec<u8>, Unavailable> {
        let Self(inner) = self;
        let health = &inner.keys;
        health.check()?;
        let (endpoint, metadata) = match &inner.jwks_uri {
            Some(endpoint) => (endpoint.clone(), None),
            None => {
                let metadata = inner.discovery.metadata().await?;
                let endpoint = metadata.keys.endpoint();
                let endpoint = endpoint.map_err(|failure| health.reject(&failure))?;
                (endpoint, Some(metadata))
            }
        };
        let keys = health.watch(inner.documents.fetch(endpoint.url())).await;
        inner.look_again(health, metadata.as_ref());
        keys
    }
}

impl Inner {
    /// Doubts the metadata while what it names is left alone.
    fn look_again(&self, health: &Health, metadata: Option<&Arc<Metadata>>) {
        if let (Some(metadata), Err(_)) = (metadata, health.check()) {
            self.discovery.doubt(metadata);
        }
    }
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("issuer", &self.0.discovery.issuer)
            .finish_non_exhaustive()
    }
}
