//! What is written down, and where.

use tollbar::analytics::Capture;
use tollbar_otel::OtelSettings;

use crate::config::{fingerprint::Fingerprint, section::Telemetry};

/// Where spans and metrics go.
#[derive(Clone, Debug)]
pub(crate) struct TelemetrySettings {
    pub(crate) section: Telemetry,
    /// The same, with the secrets that it refers to.
    pub(crate) export: OtelSettings,
}

/// What is kept of what was said.
#[derive(Clone, Debug)]
pub(crate) struct CaptureSettings {
    pub(crate) capture: Capture,
    pub(crate) fingerprint: Fingerprint,
}
