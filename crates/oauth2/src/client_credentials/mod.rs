//! A token that the gateway gets for itself (RFC 6749 section 4.4).

mod answer;
mod builder;
mod cache;
mod failure;
mod request;

pub use self::builder::ClientCredentialsBuilder;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use http::HeaderValue;
use tollbar_core::{Authorize, Exchange, Refusal};
use url::Url;

use self::{cache::Cache, request::TokenRequest};

/// Shows the MCP server a token that the gateway gets for itself, with the client credentials grant
/// (RFC 6749 section 4.4). Every consumer's requests carry the same token.
///
/// The first request waits for a token, and all that come meanwhile wait for the same one. Later
/// the token is renewed in the background, before it expires, and no request waits. When that fails
/// the old one stays in use until it expires; when there is none, requests are refused with 503
/// `upstream_credential_unavailable`, and the endpoint is asked again after a while.
///
/// Cheap to clone; clones share the token. See the [crate](crate) for how to use it.
#[derive(Clone)]
pub struct ClientCredentials(Arc<Cache<TokenRequest>>);

impl ClientCredentials {
    /// A client of this token endpoint, with the id and secret that the authorization server has
    /// issued. The secret is never shown, and its memory is overwritten when it is dropped.
    pub fn builder(
        token_endpoint: Url,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> ClientCredentialsBuilder {
        ClientCredentialsBuilder::new(token_endpoint, client_id.into(), client_secret.into())
    }
}

impl Authorize for ClientCredentials {
    fn authorize<'a>(
        &'a self,
        _: &'a Exchange,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>> {
        Box::pin(self.0.get())
    }

    /// Drops the token if it is still the current one. True when another one is to be had: tokens
    /// that are refused one after the other are not replaced at once, so that a server which refuses
    /// them all does not lead to a request to the token endpoint for each of its own.
    fn refused(&self, _: &Exchange, value: &HeaderValue) -> bool {
        self.0.refused(value)
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientCredentials")
            .field(self.0.issuer())
            .finish()
    }
}
