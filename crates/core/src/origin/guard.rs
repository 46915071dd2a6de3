//! The guard.

use std::{collections::HashSet, sync::Arc};

use http::{HeaderValue, Uri, header, request::Parts};
use thiserror::Error;

use super::authority::{is_loopback, requested};
use crate::{Exchange, Guard, Kind, Pass, Refusal};

/// The hosts and origins that may talk to this server; loopback always may. See the
/// [module](super).
///
/// ```
/// use tollbar_core::origin::Origins;
///
/// let origins = Origins::new()
///     .allow_host("gateway.example")
///     .allow_origin("https://app.example")
///     .unwrap();
/// assert!(origins.allows_origin(&"https://app.example".parse().unwrap()));
/// assert!(origins.allows_origin(&"http://localhost:6274".parse().unwrap()));
/// assert!(!origins.allows_origin(&"https://evil.example".parse().unwrap()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Origins {
    rules: Arc<Rules>,
}

#[derive(Clone, Debug, Default)]
struct Rules {
    hosts: HashSet<Box<str>>,
    any_host: bool,
    origins: HashSet<Box<str>>,
    any_origin: bool,
}

/// This is not an origin: a scheme, a host and perhaps a port, and nothing after.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not an origin: write it as `https://app.example` or `http://localhost:3000`")]
pub struct InvalidOrigin(String);

impl Origins {
    /// Loopback only: `localhost`, 127.0.0.0/8 and `[::1]`, on any port.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also lets requests for this host pass, on any port. An IPv6 address stands in brackets.
    #[must_use]
    pub fn allow_host(mut self, host: &str) -> Self {
        let rules = Arc::make_mut(&mut self.rules);
        rules.hosts.insert(host.to_ascii_lowercase().into());
        self
    }

    /// Lets requests for any host pass. Only safe where the listener cannot be reached from a
    /// browser, or every request needs a credential that a browser does not add by itself.
    #[must_use]
    pub fn allow_any_host(mut self) -> Self {
        Arc::make_mut(&mut self.rules).any_host = true;
        self
    }

    /// Also lets pages of this origin pass, compared as scheme, host and port (RFC 6454 section 4).
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] when it is not an origin.
    pub fn allow_origin(mut self, origin: &str) -> Result<Self, InvalidOrigin> {
        let normal = normal(origin).ok_or_else(|| InvalidOrigin(origin.to_owned()))?;
        Arc::make_mut(&mut self.rules).origins.insert(normal.into());
        Ok(self)
    }

    /// Lets pages of any origin pass. Only safe where every request needs a credential that a
    /// browser does not add by itself.
    #[must_use]
    pub fn allow_any_origin(mut self) -> Self {
        Arc::make_mut(&mut self.rules).any_origin = true;
        self
    }

    /// Whether a page of this origin may talk to the server: the same answer for CORS.
    #[must_use]
    pub fn allows_origin(&self, origin: &HeaderValue) -> bool {
        if self.rules.any_origin {
            return true;
        }
        let Some(normal) = origin.to_str().ok().and_then(normal) else {
            return false;
        };
        // An app may call itself `capacitor://localhost` on any device.
        let is_page = normal.starts_with("http://") || normal.starts_with("https://");
        let host = normal.parse::<Uri>().ok();
        let is_local = host.and_then(|uri| uri.host().map(is_loopback)) == Some(true);
        (is_page && is_local) || self.rules.origins.contains(normal.as_str())
    }

    fn allows_host(&self, host: &str) -> bool {
        self.rules.any_host || is_loopback(host) || self.rules.hosts.contains(host)
    }
}

impl Guard for Origins {
    async fn check(&self, head: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
        if !requested(&head.uri, &head.headers).is_some_and(|host| self.allows_host(&host)) {
            return Err(Refusal::new(
                Kind::Forbidden,
                "host_not_allowed",
                "this host is not served here: add it to the allowed hosts, or use the public URL",
            ));
        }
        let mut origins = head.headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if self.rules.any_origin || !is_of_a_foreign_page(head) => Ok(Pass::new()),
            (Some(origin), None) if self.allows_origin(origin) => Ok(Pass::new()),
            _ => Err(Refusal::new(
                Kind::Forbidden,
                "origin_not_allowed",
                "pages of this origin may not talk to this server: add it to the allowed origins",
            )),
        }
    }
}

/// Whether a browser says that another site's page sends this (Fetch Metadata, `Sec-Fetch-Site`). An
/// image or a link sends no `Origin`.
fn is_of_a_foreign_page(head: &Parts) -> bool {
    head.headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site != "same-origin" && site != "none")
}

/// Scheme, host and port in lower case, without the scheme's default port. `None` for what is not
/// an origin, `null` included.
fn normal(origin: &str) -> Option<String> {
    let uri: Uri = origin.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let bare = uri.path() == "/" && uri.query().is_none() && !origin.ends_with('/');
    if !bare || authority.as_str().contains('@') {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let host = authority.host().to_ascii_lowercase();
    let default = match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    match authority.port_u16() {
        Some(port) if Some(port) != default => Some(format!("{scheme}://{host}:{port}")),
        None if authority.port().is_some() || authority.as_str().ends_with(':') => None,
        Some(_) | None => Some(format!("{scheme}://{host}")),
    }
}
