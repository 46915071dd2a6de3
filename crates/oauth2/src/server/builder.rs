//! The settings of an authorization server.

use std::{fmt, sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use tollbar_fetch::{FetchSettings, Fetcher, Flight};
use url::Url;

use super::{
    AuthorizationServer, Inner, discovery::Discovery, document::Documents, health::Health,
    inquiry::Proof, issuer::Issuer, places::Places, question::Client,
};
use crate::{
    ClientAuthentication, OAuth2Error,
    backoff::Pace,
    endpoint::Endpoint,
    jwt::{KeySet, KeySetSettings},
    secret::Secret,
};

/// The settings of an [`AuthorizationServer`]. Every bound has a default.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct AuthorizationServerBuilder {
    issuer: String,
    name: Option<String>,
    client: Option<(String, Secret)>,
    authentication: ClientAuthentication,
    introspection_endpoint: Option<Url>,
    jwks_uri: Option<Url>,
    plain_http: bool,
    fetch: FetchSettings,
    document_limit: usize,
    in_flight: usize,
    failures: u32,
    pace: Pace,
    metadata_lifetime: Duration,
    key_set: KeySetSettings,
}

impl AuthorizationServerBuilder {
    pub(super) fn new(issuer: String) -> Self {
        Self {
            issuer,
            name: None,
            client: None,
            authentication: ClientAuthentication::default(),
            introspection_endpoint: None,
            jwks_uri: None,
            plain_http: false,
            fetch: FetchSettings {
                timeout: Duration::from_secs(5),
                ..FetchSettings::default()
            },
            document_limit: 256 * 1024,
            in_flight: 64,
            failures: 3,
            pace: Pace {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(30),
            },
            metadata_lifetime: Duration::from_secs(60 * 60),
            key_set: KeySetSettings::default(),
        }
    }

    /// What the server is called in lines of the log, such as the name by which a configuration refers to
    /// it. Default: its issuer.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// As whom the gateway is registered there: the id and secret of the resource. Only introspection
    /// needs it. The secret is never shown, and its memory is overwritten when it is dropped.
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client = Some((id.into(), Secret::new(secret.into())));
        self
    }

    /// How id and secret are sent. Default: [`ClientAuthentication::Basic`].
    pub const fn authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// Where tokens are introspected. Default: what the server's metadata says.
    pub fn introspection_endpoint(mut self, url: Url) -> Self {
        self.introspection_endpoint = Some(url);
        self
    }

    /// Where the server's keys are. Default: what the server's metadata says.
    pub fn jwks_uri(mut self, url: Url) -> Self {
        self.jwks_uri = Some(url);
        self
    }

    /// Also trusts these certificate authorities, besides the public roots of the web: the content
    /// of a PEM file with one certificate or more.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.fetch.authorities.push(pem.into());
        self
    }

    /// Whether the server may be plain `http` on another machine. Default: no, since whoever is on the
    /// way can read tokens and secret, and answer in its place. On this machine it always may.
    pub const fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http = allow;
        self
    }

    /// How long an answer may take, from connecting to the last byte, and finding the metadata
    /// altogether. Default: 5 seconds. Requests with a token that is not known yet wait as long.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.fetch.timeout = limit;
        self
    }

    /// How many bytes the answer about a token may have. Default: 64 KiB.
    pub const fn answer_limit(mut self, bytes: usize) -> Self {
        self.fetch.answer_limit = bytes;
        self
    }

    /// How many bytes the metadata may have, and the keys. Default: 256 KiB each.
    pub const fn document_limit(mut self, bytes: usize) -> Self {
        self.document_limit = bytes;
        self
    }

    /// How many tokens may be asked about at the same time. More stand in line, up to the
    /// [timeout](Self::timeout), and are refused with 503 then. Default: 64.
    ///
    /// One address (of IPv6: one network of 64 bits) has a quarter of the places at most, and one at
    /// least; 256 more may wait for these, and further ones are refused at once. Tokens under which
    /// something is open are asked about again in an eighth as many places besides, one at least.
    pub const fn in_flight(mut self, most: usize) -> Self {
        self.in_flight = most;
        self
    }

    /// After so many failures in a row the server is left alone for [a while](Self::retry). Default: 3.
    /// Finding the metadata, asking about tokens and fetching keys each have a count of their own.
    ///
    /// Whoever shows a token has chosen it, perhaps so that the server fails on it. So before the server is
    /// left alone it is asked about a token of the gateway's own, which nobody has issued: when it answers
    /// that, it is well, and the failures were the tokens'. The same tries, after the wait, whether it is back.
    pub const fn failures(mut self, most: u32) -> Self {
        self.failures = most;
        self
    }

    /// For how long: at first and, doubled with each failure, at most. Requests that need the server
    /// meanwhile are refused at once with 503; then a single one tries. Up to a fifth is taken off by
    /// chance, so that several gateways do not come back at the same moment. When the server asks for a
    /// wait itself (`Retry-After` in seconds, with status 429 or 503, say) also when asked about that token,
    /// it is left alone at once and as long, up to the longest wait. Default: 1 second and 30 seconds.
    pub const fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.pace = Pace { first, longest };
        self
    }

    /// How old the metadata may get before it is asked for again. Default: 1 hour. While that fails,
    /// the old one serves on.
    pub const fn metadata_lifetime(mut self, lifetime: Duration) -> Self {
        self.metadata_lifetime = lifetime;
        self
    }

    /// How old its keys may get before they are asked for again, while they are in use. Default: 10
    /// minutes. So long a key that it has withdrawn may let somebody in.
    pub const fn keys_refresh(mut self, age: Duration) -> Self {
        self.key_set.refresh = age;
        self
    }

    /// How long it is not asked again for a key that it did not have a moment ago; tokens under such a
    /// key are refused meanwhile. Default: 30 seconds. Whoever makes up tokens makes it be asked as often.
    pub const fn unknown_key_pause(mut self, pause: Duration) -> Self {
        self.key_set.pause = pause;
        self
    }

    /// How old its keys may get at most, while they cannot be had anew. Then requests are refused with
    /// 503, and all that was let in by the keys ends. Default: 1 hour.
    pub const fn keys_lifetime(mut self, age: Duration) -> Self {
        self.key_set.stale = age;
        self
    }

    /// Checks the settings. Asks the server nothing yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<AuthorizationServer, OAuth2Error> {
        self.check()?;
        let issuer = Issuer::new(self.issuer, self.plain_http)?;
        let endpoint = |url: Option<Url>| {
            let endpoint = url.map(|url| Endpoint::new(url, self.plain_http));
            endpoint.transpose()
        };
        let client = self.client.map(|(id, secret)| Client {
            id,
            secret,
            authentication: self.authentication,
        });
        if let Some(client) = &client {
            client.check()?;
        }
        let fetcher = Arc::new(Fetcher::new(&FetchSettings {
            idle_connections: self.in_flight.min(32),
            ..self.fetch.clone()
        })?);
        let documents = Documents {
            fetcher: Arc::clone(&fetcher),
            limit: self.document_limit,
        };
        let name = self.name.unwrap_or_else(|| issuer.text().to_owned());
        let health = |what: &'static str| Health::new(&name, what, self.failures, self.pace);
        let (introspection, keys) = (health("introspection"), health("keys"));
        let discovery = Discovery {
            health: health("metadata"),
            issuer,
            plain_http: self.plain_http,
            documents: documents.clone(),
            lifetime: self.metadata_lifetime,
            timeout: self.fetch.timeout,
            found: ArcSwapOption::empty(),
            flight: Flight::new(),
        };
        Ok(AuthorizationServer(Arc::new(Inner {
            name: name.into(),
            discovery: Arc::new(discovery),
            client,
            introspection_endpoint: endpoint(self.introspection_endpoint)?,
            jwks_uri: endpoint(self.jwks_uri)?,
            fetcher,
            documents,
            timeout: self.fetch.timeout,
            places: Arc::new(Places::new(self.in_flight)),
            introspection,
            proof: Proof::new(),
            keys,
            key_set: KeySet::new(KeySetSettings {
                pace: self.pace,
                ..self.key_set
            }),
        })))
    }

    fn check(&self) -> Result<(), OAuth2Error> {
        let none = |option| {
            Err(OAuth2Error::TooSmall {
                option,
                given: 0,
                least: 1,
            })
        };
        if self.document_limit == 0 {
            return none("document_limit");
        }
        if self.in_flight == 0 {
            return none("in_flight");
        }
        if self.failures == 0 {
            return none("failures");
        }
        if self.pace.first.is_zero() || self.pace.longest.is_zero() {
            return Err(OAuth2Error::ZeroTime("retry"));
        }
        if self.metadata_lifetime.is_zero() {
            return Err(OAuth2Error::ZeroTime("metadata_lifetime"));
        }
        self.key_set.check()?;
        Ok(())
    }
}

/// Without URLs, whose queries may hold a secret.
impl fmt::Debug for AuthorizationServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServerBuilder")
            .field("client", &self.client)
            .field("authentication", &self.authentication)
            .field("timeout", &self.fetch.timeout)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}
