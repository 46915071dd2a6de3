//! The URL of an authorization server's endpoint.

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use http::Uri;
use thiserror::Error;
use tollbar_fetch::{is_internal, is_loopback};
use url::Url;

use crate::OAuth2Error;

/// A URL that secrets may be sent to. Shown without path and query, which may hold one.
#[derive(Clone)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Takes `https`, and `http` on this very machine or where it is allowed: client secrets and
    /// tokens must not be read on the way (RFC 6749 section 3.2).
    pub(crate) fn new(url: Url, plain_http: bool) -> Result<Self, OAuth2Error> {
        match url.scheme() {
            "https" => {}
            "http" if plain_http || is_loopback(&url) => {}
            "http" => {
                let origin = url.origin().ascii_serialization();
                return Err(OAuth2Error::PlainHttp(origin));
            }
            other => return Err(OAuth2Error::Scheme(other.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OAuth2Error::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(OAuth2Error::Fragment);
        }
        Uri::try_from(url.as_str()).map_err(|error| OAuth2Error::Target(error.to_string()))?;
        Ok(Self(url))
    }

    /// Takes what the metadata of a server names, which whoever writes the metadata could point at
    /// anything that the gateway can reach (RFC 9728 section 7.7 and RFC 8414 section 6 know the
    /// danger). An address inside of a network counts only where the server itself is: on the same host,
    /// or on this machine when the server is. Names are not looked up: who can configure an issuer is
    /// trusted to name one whose zone is sound.
    pub(crate) fn named_by(
        server: &Self,
        text: &str,
        plain_http: bool,
    ) -> Result<Self, NamedEndpointError> {
        let url = Url::parse(text).map_err(|_| NamedEndpointError::Url)?;
        let is_local = is_loopback(&url) && is_loopback(&server.0);
        if url.host() != server.0.host() && !is_local && is_internal(&url) {
            let origin = url.origin().ascii_serialization();
            return Err(NamedEndpointError::Internal(origin));
        }
        if url.scheme() == "http" && server.0.scheme() == "https" && !plain_http {
            let origin = url.origin().ascii_serialization();
            let error = OAuth2Error::PlainHttp(origin);
            return Err(NamedEndpointError::Unfit(Arc::new(error)));
        }
        Self::new(url, plain_http).map_err(|error| NamedEndpointError::Unfit(Arc::new(error)))
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.0
    }
}

/// Why an endpoint that the metadata of a server names is not used.
#[derive(Clone, Debug, Error)]
pub(crate) enum NamedEndpointError {
    #[error("it is no absolute URL")]
    Url,
    #[error("`{0}` is an address inside of a network, where the server itself is not")]
    Internal(String),
    #[error("{0}")]
    Unfit(Arc<OAuth2Error>),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
