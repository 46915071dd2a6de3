//! Under which names a listener is reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tollbar::core::origin::{InvalidOrigin, Origins};
use url::{ParseError, Url};

use crate::config::section::{Listener, Proxy};

impl Listener {
    /// The URL under which clients find a proxy, when the listener got this address: what is
    /// configured, else the address itself. Never what a request says.
    pub(crate) fn public_url(
        &self,
        proxy: &Proxy,
        listening: SocketAddr,
    ) -> Result<Url, ParseError> {
        if let Some(url) = &proxy.public_url {
            return Ok(url.0.0.clone());
        }
        let path = proxy.path.as_str();
        if let Some(base) = &self.public_url {
            let mut url = base.0.0.clone();
            let joined = format!("{}{path}", url.path().trim_end_matches('/'));
            url.set_path(&joined);
            return Ok(url);
        }
        local_url(self.scheme(), listening, path)
    }

    /// What clients speak.
    pub(crate) const fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// Which hosts and web pages may talk to the proxies: loopback, the listener's own address, the
    /// public URLs, and what is allowed by name.
    pub(crate) fn origins<'a>(
        &self,
        listening: SocketAddr,
        public: impl IntoIterator<Item = &'a Url>,
    ) -> Result<Origins, InvalidOrigin> {
        let mut origins = Origins::new();
        if !listening.ip().is_unspecified() {
            origins = origins.allow_host(&host(listening));
        }
        for url in public {
            origins = origins.allow_origin(&url.origin().ascii_serialization())?;
            if let Some(host) = url.host_str() {
                origins = origins.allow_host(host);
            }
        }
        for host in &self.allowed_hosts {
            origins = match host.name() {
                Some(name) => origins.allow_host(name),
                None => origins.allow_any_host(),
            };
        }
        for origin in &self.allowed_origins {
            origins = match origin.name() {
                Some(name) => origins.allow_origin(name)?,
                None => origins.allow_any_origin(),
            };
        }
        Ok(origins)
    }
}

/// The URL of a path at a listener's own address; at loopback when that is any address.
pub(crate) fn local_url(
    scheme: &str,
    listening: SocketAddr,
    path: &str,
) -> Result<Url, ParseError> {
    let address = match listening.ip().to_canonical() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    Url::parse(&format!(
        "{scheme}://{}{path}",
        SocketAddr::new(address, listening.port())
    ))
}

/// An address as it stands in `Host`, without the port.
pub(crate) fn host(address: SocketAddr) -> String {
    match address.ip().to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
