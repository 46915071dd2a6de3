//! `[listener]`

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tollbar::core::Network;

use super::{FailedAttempts, Tls};
use crate::config::value::{Host, ListenAddress, Origin, PublicUrl, Text};

/// Where clients connect.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Listener {
    /// IP address and port. Port 0 takes any free port and says which.
    pub(crate) address: Text<ListenAddress>,
    /// Whether an address that other machines can reach may be listened on although nobody is asked
    /// for a credential.
    pub(crate) allow_unauthenticated: bool,
    /// The URL under which clients reach this listener, without the proxies' paths. Never learnt
    /// from a request. Its host and origin are allowed. Default: the listener's own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_url: Option<Text<PublicUrl>>,
    /// Host names that requests may be for, besides loopback and the public URLs; `*` for any.
    pub(crate) allowed_hosts: Vec<Text<Host>>,
    /// Web pages that may talk to the proxies, besides loopback and the public URLs; `*` for any.
    pub(crate) allowed_origins: Vec<Text<Origin>>,
    /// Proxies in front of the gateway whose `X-Forwarded-For` tells the client's address, and whose
    /// certificate headers are believed.
    pub(crate) trusted_peers: Vec<Text<Network>>,
    /// How many credentials a client address may get wrong.
    pub(crate) failed_attempts: FailedAttempts,
    /// TLS. Without this section the listener speaks plain HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls: Option<Tls>,
    /// How many connections may be open. More wait in the operating system's queue.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) max_connections: NonZeroU32,
    /// How long a connection may take for its first byte and for each request head, and how long it
    /// may be idle between requests.
    pub(crate) header_timeout: Text<Duration>,
    /// How long a client may take nothing of what is sent to it. Then its connection is closed.
    pub(crate) write_timeout: Text<Duration>,
    /// How long calls may go on after the gateway was told to stop.
    pub(crate) drain_timeout: Text<Duration>,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            address: Text(ListenAddress::loopback(8080)),
            allow_unauthenticated: false,
            public_url: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            trusted_peers: Vec::new(),
            failed_attempts: FailedAttempts::default(),
            tls: None,
            max_connections: NonZeroU32::new(10_000).unwrap_or(NonZeroU32::MIN),
            header_timeout: Text(Duration::from_secs(30)),
            write_timeout: Text(Duration::from_secs(60)),
            drain_timeout: Text(Duration::from_secs(30)),
        }
    }
}
