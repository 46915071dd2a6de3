//! Networks of IP addresses.

use std::{fmt, net::IpAddr, str::FromStr};

use thiserror::Error;

/// A network in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3), or one address.
///
/// IPv4 addresses that are mapped into IPv6 (`::ffff:192.0.2.1`, what a dual-stack listener
/// reports) count as the IPv4 addresses they are.
///
/// ```
/// use tollbar_core::Network;
///
/// let network: Network = "10.0.0.0/8".parse()?;
/// assert!(network.contains("10.1.2.3".parse()?));
/// assert!(network.contains("::ffff:10.1.2.3".parse()?));
/// assert!(!network.contains("11.0.0.1".parse()?));
/// assert!("10.0.0.1/8".parse::<Network>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// This is not a network.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidNetwork {
    /// Neither an address nor an address with a prefix length.
    #[error("`{0}` is not a network: write it as `10.0.0.0/8`, `2001:db8::/32` or `192.0.2.1`")]
    NotANetwork(String),
    /// There are bits behind the prefix, so one of the two is a slip.
    #[error("`{given}` has bits behind its prefix: write it as `{network}`")]
    HostBits {
        /// What was given.
        given: String,
        /// The network that it stands in.
        network: Network,
    },
}

impl Network {
    /// Whether this address is in the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.prefix) == self.address
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self {
            address,
            prefix: width(address),
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let network = || -> Option<Self> {
            let Some((address, prefix)) = text.split_once('/') else {
                return Some(text.parse::<IpAddr>().ok()?.into());
            };
            let address: IpAddr = address.parse().ok()?;
            // `u8` would also read `+8`.
            let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
            let prefix: u8 = digits.then(|| prefix.parse().ok()).flatten()?;
            if prefix > width(address) {
                return None;
            }
            let canonical = address.to_canonical();
            let mapped = width(address) - width(canonical);
            Some(match prefix.checked_sub(mapped) {
                Some(prefix) => Self {
                    address: canonical,
                    prefix,
                },
                None => Self { address, prefix },
            })
        };
        let given = network().ok_or_else(|| InvalidNetwork::NotANetwork(text.to_owned()))?;
        let address = masked(given.address, given.prefix);
        if address == given.address {
            return Ok(given);
        }
        Err(InvalidNetwork::HostBits {
            given: text.to_owned(),
            network: Self { address, ..given },
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// How many bits an address has.
const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with all bits behind the prefix cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let cleared = u32::from(width(address).saturating_sub(prefix));
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(cleared).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(cleared).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}
