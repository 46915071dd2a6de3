//! `[session]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

/// How sessions of the legacy era are sealed to the consumer that began them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Session {
    /// The secret that seals session ids, at least 32 bytes. Default: random at each start. Several
    /// gateways behind one load balancer need the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<Secret>,
}
