//! The URL of an authorization server's endpoint.

use std::fmt;

use http::Uri;
use url::{Host, Url};

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

    pub(crate) const fn url(&self) -> &Url {
        &self.0
    }
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

/// Whether this is the machine itself. `localhost` must be (RFC 6761 section 6.3).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}
