//! The settings of an authorization server.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::{AuthorizationServer, Inner};
use crate::{ClientAuthentication, OAuth2Error, secret::Secret};

/// The settings of an [`AuthorizationServer`]. Every bound has a default.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct AuthorizationServerBuilder {
    issuer: String,
    client: Option<(String, Secret)>,
    authentication: ClientAuthentication,
    introspection_endpoint: Option<Url>,
    jwks_uri: Option<Url>,
    plain_http: bool,
    timeout: Duration,
}

impl AuthorizationServerBuilder {
    pub(super) fn new(issuer: String) -> Self {
        Self {
            issuer,
            client: None,
            authentication: ClientAuthentication::default(),
            introspection_endpoint: None,
            jwks_uri: None,
            plain_http: false,
            timeout: Duration::from_secs(5),
        }
    }

    /// As whom the gateway is registered there: the id and secret of the resource.
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

    /// Whether the server may be plain `http` on another machine. Default: no. On this machine it may.
    pub const fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http = allow;
        self
    }

    /// How long an answer may take, from connecting to the last byte. Default: 5 seconds.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Checks the settings. Asks the server nothing yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`OAuth2Error`] names the setting that cannot work.
    pub fn build(self) -> Result<AuthorizationServer, OAuth2Error> {
        Ok(AuthorizationServer(Arc::new(Inner {
            issuer: self.issuer.into(),
        })))
    }
}
