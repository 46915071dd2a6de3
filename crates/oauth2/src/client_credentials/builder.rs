//! The settings of client credentials.

use std::{sync::Arc, time::Duration};

use tollbar_fetch::{FetchSettings, Fetcher};
use url::Url;

use super::{
    ClientCredentials,
    cache::Cache,
    request::{Client, TokenRequest},
};
use crate::{ClientAuthentication, OAuth2Error, backoff::Pace, endpoint::Endpoint, secret::Secret};

/// The settings of [`ClientCredentials`]. Every bound has a default.
///
/// ```
/// use tollbar_oauth2::{ClientAuthentication, ClientCredentials};
///
/// let endpoint = "https://login.example/oauth2/token".parse()?;
/// let credentials = ClientCredentials::builder(endpoint, "gateway", "s3cret")
///     .authentication(ClientAuthentication::Post)
///     .scopes(["tools:read", "tools:call"])
///     .resource("https://mcp.example/mcp")
///     .build()?;
/// assert!(!format!("{credentials:?}").contains("s3cret"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientCredentialsBuilder {
    endpoint: PlainUrl,
    plain_http: bool,
    client: Client,
    refresh_before: Duration,
    pace: Pace,
    fetch: FetchSettings,
}

/// Shown as its origin: the query may hold a secret.
#[derive(Clone)]
struct PlainUrl(Url);

impl std::fmt::Debug for PlainUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl ClientCredentialsBuilder {
    pub(super) fn new(endpoint: Url, id: String, secret: String) -> Self {
        Self {
            endpoint: PlainUrl(endpoint),
            plain_http: false,
            client: Client {
                id,
                secret: Secret::new(secret),
                authentication: ClientAuthentication::default(),
                scopes: Vec::new(),
                resources: Vec::new(),
                audience: None,
                assumed_lifetime: Duration::from_secs(60),
            },
            refresh_before: Duration::from_secs(30),
            pace: Pace {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(30),
            },
            fetch: FetchSettings::default(),
        }
    }

    /// How id and secret are sent. Default: [`ClientAuthentication::Basic`].
    pub const fn authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.client.authentication = authentication;
        self
    }

    /// Adds scopes to ask for (RFC 6749 section 3.3). Default: none, and the server chooses.
    pub fn scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes = scopes.into_iter().map(Into::into);
        self.client.scopes.extend(scopes);
        self
    }

    /// Adds a resource that the token is for (RFC 8707): an absolute URI without a fragment, mostly
    /// the MCP server's URL. It is sent byte for byte as it is given. Default: none.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.client.resources.push(resource.into());
        self
    }

    /// Sets the `audience` parameter, by which some servers tell what a token is for instead of by
    /// a resource. Default: not sent.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.client.audience = Some(audience.into());
        self
    }

    /// How long before it expires a token is renewed, at most half of its lifetime. Default: 30
    /// seconds. It should be longer than the clocks may differ and a request may wait on its way.
    pub const fn refresh_before(mut self, before: Duration) -> Self {
        self.refresh_before = before;
        self
    }

    /// How long a token lasts whose answer does not say so (no `expires_in`). Default: 60 seconds.
    pub const fn assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.client.assumed_lifetime = lifetime;
        self
    }

    /// How long the endpoint is left alone after a failure: at first and, doubled with each
    /// failure, at most. Up to a fifth of it is taken off by chance, so that several gateways do not
    /// ask at the same moment. Requests that find no token meanwhile are refused at once. Default: 1
    /// second and 30 seconds.
    pub const fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.pace = Pace { first, longest };
        self
    }

    /// How long the endpoint may take, from connecting to the last byte. Default: 10 seconds. The
    /// requests that wait for the token wait as long.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.fetch.timeout = limit;
        self
    }

    /// How many bytes an answer of the endpoint may have. Default: 64 KiB.
    pub const fn answer_limit(mut self, bytes: usize) -> Self {
        self.fetch.answer_limit = bytes;
        self
    }

    /// Also trusts these certificate authorities, besides the public roots of the web: the content
    /// of a PEM file with one certificate or more.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.fetch.authorities.push(pem.into());
        self
    }

    /// Whether the endpoint may be plain `http` on another machine. Default: no, since whoever is
    /// on the way can read the client's secret (RFC 6749 section 3.2). On this machine it always may.
    pub const fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http = allow;
        self
    }

    /// Checks the settings. Asks for no token yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<ClientCredentials, OAuth2Error> {
        let endpoint = Endpoint::new(self.endpoint.0, self.plain_http)?;
        self.client.check()?;
        if self.pace.first.is_zero() || self.pace.longest.is_zero() {
            return Err(OAuth2Error::ZeroTime("retry"));
        }
        let fetcher = Fetcher::new(&self.fetch)?;
        let request = TokenRequest::new(endpoint, self.client, fetcher);
        let cache = Cache::new(request, self.refresh_before, self.pace);
        Ok(ClientCredentials(Arc::new(cache)))
    }
}
