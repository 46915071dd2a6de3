//! `[telemetry]`

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::HeaderValue;
use crate::config::value::{ReceiverUrl, Share, Size, Text};

/// Where spans and metrics go, by the protocol of OpenTelemetry (OTLP over HTTP).
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// The receiver's base URL; `/v1/traces` and `/v1/metrics` are put behind it.
    pub(crate) endpoint: Text<ReceiverUrl>,
    /// Headers of each export. Secrets by reference only.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, HeaderValue>,
    /// The name of this gateway there (`service.name`).
    #[serde(default = "service")]
    pub(crate) service: String,
    /// Further attributes of the gateway there, such as `deployment.environment.name`.
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// The share of traces that are kept, of those that begin here.
    #[serde(default = "sample")]
    pub(crate) sample: Text<Share>,
    /// Whether a trace that comes from elsewhere is kept when, and only when, its sender keeps it.
    #[serde(default = "follow_parent")]
    pub(crate) follow_parent: bool,
    /// Whether metrics are sent too.
    #[serde(default = "metrics")]
    pub(crate) metrics: bool,
    /// How often metrics are sent.
    #[serde(default = "interval")]
    pub(crate) interval: Text<Duration>,
    /// How long one attempt to send may take.
    #[serde(default = "timeout")]
    pub(crate) timeout: Text<Duration>,
    /// How large one message to the receiver may be.
    #[serde(default = "message_limit")]
    pub(crate) message_limit: Text<Size>,
    /// A file of certificates (PEM) that are trusted there besides the public ones, relative to the
    /// configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"internal-ca.pem")]
    pub(crate) ca_file: Option<PathBuf>,
}

impl Telemetry {
    /// With the default settings.
    #[cfg(test)]
    pub(crate) fn new(endpoint: url::Url) -> Self {
        Self {
            endpoint: Text(ReceiverUrl(endpoint)),
            headers: BTreeMap::new(),
            service: service(),
            attributes: BTreeMap::new(),
            sample: sample(),
            follow_parent: follow_parent(),
            metrics: metrics(),
            interval: interval(),
            timeout: timeout(),
            message_limit: message_limit(),
            ca_file: None,
        }
    }
}

fn service() -> String {
    "tollbar".to_owned()
}

const fn sample() -> Text<Share> {
    Text(Share::ALL)
}

const fn follow_parent() -> bool {
    true
}

const fn metrics() -> bool {
    true
}

const fn interval() -> Text<Duration> {
    Text(Duration::from_secs(60))
}

const fn message_limit() -> Text<Size> {
    Text(Size(1 << 20))
}

const fn timeout() -> Text<Duration> {
    Text(Duration::from_secs(10))
}
