//! Which machines are believed.

use std::net::IpAddr;

use super::{Complaint, Leaf};

/// A network of peers, such as the load balancers in front: an address and a prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peers {
    pub(crate) address: IpAddr,
    pub(crate) prefix: u8,
}

impl Leaf for Peers {
    const FORMAT: &'static str = "network";
    const EXAMPLE: &'static str = "10.0.0.0/8";

    fn read(text: &str) -> Result<Self, Complaint> {
        parse(text).ok_or_else(|| {
            Complaint::new(
                format!("`{text}` is not a network"),
                "write an IP address, or one with a prefix length, such as `10.0.0.7` or \
                 `10.0.0.0/8`",
            )
        })
    }

    fn write(&self) -> String {
        format!("{}/{}", self.address, self.prefix)
    }
}

fn parse(text: &str) -> Option<Peers> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        Some(prefix) => prefix.parse().ok().filter(|prefix| *prefix <= whole)?,
        None => whole,
    };
    Some(Peers { address, prefix })
}
