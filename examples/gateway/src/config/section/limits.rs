//! `[proxy.limits]`

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{Size, Text};

/// What is too much in a message.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// The longest request body. Beyond it: 413.
    pub(crate) body: Text<Size>,
    /// How long a client may take to send a body. Beyond it: 408.
    pub(crate) body_timeout: Text<Duration>,
    /// How many bytes of long bodies this proxy may hold at a time. Beyond it: 503.
    pub(crate) body_budget: Text<Size>,
    /// The longest event or JSON answer that rules look at.
    pub(crate) event: Text<Size>,
    /// How deep arrays and objects may be nested.
    #[schemars(range(min = 1, max = 127))]
    pub(crate) depth: u32,
    /// How many messages one array may hold (protocol revision 2025-03-26 only).
    #[schemars(range(min = 1, max = 10_000))]
    pub(crate) batch: u32,
    /// The longest id of a request.
    pub(crate) id: Text<Size>,
    /// The longest name of a method, tool, prompt or task.
    pub(crate) name: Text<Size>,
    /// The longest URI of a resource.
    pub(crate) uri: Text<Size>,
    /// The longest value of an `Mcp-*` header.
    pub(crate) header: Text<Size>,
    /// How many resources and how many tasks one subscription may name.
    #[schemars(range(min = 1, max = 100_000))]
    pub(crate) subscriptions: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: Text(Size(4 << 20)),
            body_timeout: Text(Duration::from_secs(30)),
            body_budget: Text(Size(64 << 20)),
            event: Text(Size(16 << 20)),
            depth: 127,
            batch: 50,
            id: Text(Size(256)),
            name: Text(Size(1024)),
            uri: Text(Size(8 << 10)),
            header: Text(Size(16 << 10)),
            subscriptions: 1000,
        }
    }
}
