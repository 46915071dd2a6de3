//! `[admin]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{ListenAddress, Text};

/// Where health is asked for: `/healthz` and `/readyz`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Admin {
    /// IP address and port. Port 0 takes any free port and says which.
    pub(crate) address: Text<ListenAddress>,
    /// Whether an address that other machines can reach may be listened on although nobody is asked
    /// for a credential. Names and states of the proxies can be read there.
    pub(crate) allow_unauthenticated: bool,
}

impl Default for Admin {
    fn default() -> Self {
        Self {
            address: Text(ListenAddress::loopback(9090)),
            allow_unauthenticated: false,
        }
    }
}
