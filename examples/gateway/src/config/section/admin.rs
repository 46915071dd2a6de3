//! `[admin]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::config::value::{ListenAddress, Text};

/// Where the gateway is asked about itself: `/healthz` and `/readyz`, `/metrics`, and `/api/v1` where there is
/// a store.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Admin {
    /// IP address and port. Port 0 takes any free port and says which.
    pub(crate) address: Text<ListenAddress>,
    /// What opens `/metrics`, `/api/v1` and the details of `/readyz`, as a bearer token of at least 16
    /// characters. Without it they are open to this machine, and `/api/v1` to no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<Secret>,
    /// Whether an address that other machines can reach may be listened on although nobody is asked
    /// for a credential. Names and states of the proxies, and their metrics, can be read there.
    pub(crate) allow_unauthenticated: bool,
    /// How many tools of each proxy have a label of their own in `/metrics`.
    #[schemars(range(min = 0, max = 10_000))]
    pub(crate) tool_labels: u32,
}

impl Default for Admin {
    fn default() -> Self {
        Self {
            address: Text(ListenAddress::loopback(9090)),
            token: None,
            allow_unauthenticated: false,
            tool_labels: 200,
        }
    }
}
