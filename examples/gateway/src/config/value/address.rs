//! Where to listen.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use super::{Complaint, Leaf};

/// An address and a port to listen on. Port 0 takes any free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListenAddress(pub(crate) SocketAddr);

impl ListenAddress {
    /// A port of 127.0.0.1.
    pub(crate) const fn loopback(port: u16) -> Self {
        Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }

    /// Whether only this machine can reach it.
    pub(crate) fn is_loopback(self) -> bool {
        self.0.ip().to_canonical().is_loopback()
    }

    /// Whether it stands for all addresses of this machine.
    pub(crate) fn is_wildcard(self) -> bool {
        self.0.ip().to_canonical().is_unspecified()
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Leaf for ListenAddress {
    const FORMAT: &'static str = "listen-address";
    const EXAMPLE: &'static str = "127.0.0.1:8080";

    fn read(text: &str) -> Result<Self, Complaint> {
        // The one name whose meaning cannot change (RFC 6761 section 6.3).
        if let Some(port) = text
            .strip_prefix("localhost:")
            .and_then(|port| port.parse().ok())
        {
            return Ok(Self::loopback(port));
        }
        text.parse().map(Self).map_err(|_| {
            Complaint::new(
                format!("`{text}` is not an address to listen on"),
                "write an IP address and a port, such as `127.0.0.1:8080`, `[::1]:8080` or \
                 `0.0.0.0:8080`",
            )
        })
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}
