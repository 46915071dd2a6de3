//! Who the client is behind a trusted proxy.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, request::Parts};

use crate::{Exchange, Guard, Kind, Network, Pass, Refusal};

/// Finds the address of the client behind proxies that are trusted, and sets it on the exchange
/// ([`Exchange::client`]).
///
/// A trusted peer's `X-Forwarded-For` is read from its end: each proxy appends whom it saw, so that
/// the last address that is not of a trusted proxy is the client's. What stands before it is the
/// client's own word. From anybody else the header means nothing. `Forwarded` (RFC 7239) is not
/// read: a proxy that writes the one header often passes the other one on as it came.
///
/// Put it outside of everything that asks for the address.
///
/// ```
/// use tollbar_core::{Exchange, Connection, Forwarding, Guard};
///
/// let forwarding = Forwarding::new(["10.0.0.0/8".parse()?]);
/// let exchange = Exchange::on(&Connection::new().peer("10.1.2.3:4711".parse()?));
/// let request = http::Request::builder().header("x-forwarded-for", "6.6.6.6, 192.0.2.7, 10.9.9.9");
/// let (head, ()) = request.body(())?.into_parts();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// forwarding.check(&head, &exchange).await.unwrap();
/// # });
/// assert_eq!(exchange.client().unwrap().to_string(), "192.0.2.7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarding {
    trusted: Arc<[Network]>,
}

impl Forwarding {
    /// Trusts the proxies in these networks. Without any, the client is always the peer.
    #[must_use]
    pub fn new(trusted: impl IntoIterator<Item = Network>) -> Self {
        Self {
            trusted: trusted.into_iter().collect(),
        }
    }

    /// Whether this address is that of a trusted proxy.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// The client's address, when the peer is trusted and says one.
    fn told(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Option<IpAddr>, Refusal> {
        if self.trusted.is_empty() || !self.trusts(peer) {
            return Ok(None);
        }
        let mut last = None;
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        for line in lines {
            let text = line.to_str().map_err(|_| unreadable())?;
            for address in text.rsplit(',').map(str::trim) {
                let address = parse(address).ok_or_else(unreadable)?;
                last = Some(address);
                if !self.trusts(address) {
                    return Ok(last);
                }
            }
        }
        Ok(last)
    }
}

/// An address as proxies write it: some put the port behind it.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse().ok();
    let with_port = || {
        text.parse()
            .ok()
            .map(|address: std::net::SocketAddr| address.ip())
    };
    Some(address.or_else(with_port)?.to_canonical())
}

fn unreadable() -> Refusal {
    Refusal::new(
        Kind::Malformed,
        "forwarded_for_unreadable",
        "`X-Forwarded-For` of a trusted proxy holds something that is not an address",
    )
}

impl Guard for Forwarding {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        if let Some(peer) = exchange.peer()
            && let Some(client) = self.told(&head.headers, peer.ip())?
        {
            // An outer layer knows it better.
            let _ = exchange.set_client(client);
        }
        Ok(Pass::new())
    }
}
