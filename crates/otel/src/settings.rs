//! What an export needs to know.

use std::{fmt, time::Duration};

use http::{HeaderMap, Uri};
use thiserror::Error;

use crate::Sampling;

/// Where spans and metrics go, and how.
///
/// ```
/// use tollbar_otel::{OtelSettings, Spans};
///
/// let settings = OtelSettings {
///     endpoint: "http://127.0.0.1:4318".into(),
///     ..OtelSettings::default()
/// };
/// assert!(Spans::new(&settings).is_ok());
///
/// let settings = OtelSettings { endpoint: "127.0.0.1:4318".into(), ..settings };
/// let error = Spans::new(&settings).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`127.0.0.1:4318` is no endpoint: write it like `http://127.0.0.1:4318`"
/// );
/// ```
#[derive(Clone)]
pub struct OtelSettings {
    /// The receiver's base URL for OTLP over HTTP; `/v1/traces` and `/v1/metrics` are put behind it. Default:
    /// `http://127.0.0.1:4318`, a collector on this machine.
    pub endpoint: String,
    /// Headers of each export, such as `authorization`. They are never shown. Default: none.
    pub headers: HeaderMap,
    /// The name of this service (`service.name`). Default: `tollbar`.
    pub service: String,
    /// Further attributes of the resource, such as `deployment.environment.name`. Default: none.
    pub resource: Vec<(String, String)>,
    /// PEM files with certificates to trust, besides the public roots of the web. Default: none.
    pub authorities: Vec<Vec<u8>>,
    /// Which exchanges become spans. Default: all, unless the sender of a trace says no.
    pub sampling: Sampling,
    /// The time for one attempt to send. Default: 10 seconds.
    pub timeout: Duration,
    /// How often something is sent before it is given up. Default: 3.
    pub attempts: u32,
    /// The pause behind a failed attempt, doubled behind each further one, if the receiver does not ask for a longer
    /// one. Default: 1 second.
    pub pause: Duration,
    /// The longest pause, whatever the receiver asks for. Default: 10 seconds.
    pub longest_pause: Duration,
    /// About how many bytes of spans or metrics go into one message; what is more goes into the next one. Default: 1 MiB,
    /// where collectors take 4 MiB and more.
    pub message_bytes: usize,
    /// Whether metrics are sent. Some receivers take spans only. Default: yes.
    pub metrics: bool,
    /// How often metrics are sent, at the earliest each time that the worker tidies up. Default: 60 seconds.
    pub interval: Duration,
    /// How many names of tools and prompts the metrics tell apart, for each proxy. Others are `_OTHER`. Default: 200.
    pub most_names: usize,
    /// How many sets of attributes the metrics tell apart. The rest is counted under `otel.metric.overflow`. Default:
    /// 2,000, as in the SDKs of OpenTelemetry.
    pub most_series: usize,
}

impl Default for OtelSettings {
    fn default() -> Self {
        Self {
            endpoint: "http://127.0.0.1:4318".to_owned(),
            headers: HeaderMap::new(),
            service: "tollbar".to_owned(),
            resource: Vec::new(),
            authorities: Vec::new(),
            sampling: Sampling::default(),
            timeout: Duration::from_secs(10),
            attempts: 3,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(10),
            message_bytes: 1 << 20,
            metrics: true,
            interval: Duration::from_secs(60),
            most_names: 200,
            most_series: 2000,
        }
    }
}

impl fmt::Debug for OtelSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers hold secrets, and so may a URL.
        f.debug_struct("OtelSettings")
            .field("service", &self.service)
            .field("sampling", &self.sampling)
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl OtelSettings {
    /// The URL of one kind of signal.
    pub(crate) fn url(&self, path: &str) -> Result<Uri, OtelError> {
        // Never in a message.
        if self.endpoint.contains(['@', '?', '#']) {
            return Err(OtelError::Secret);
        }
        let base = self.endpoint.trim_end_matches('/');
        let wrong = || OtelError::Endpoint(self.endpoint.as_str().into());
        let url: Uri = format!("{base}{path}").parse().map_err(|_| wrong())?;
        let is_http = matches!(url.scheme_str(), Some("http" | "https"));
        let is_there = url.host().is_some_and(|host| !host.is_empty());
        match is_http && is_there {
            true => Ok(url),
            false => Err(wrong()),
        }
    }
}

/// A setting that cannot work.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OtelError {
    /// The endpoint is no URL of a server.
    #[error("`{0}` is no endpoint: write it like `http://127.0.0.1:4318`")]
    Endpoint(Box<str>),
    /// The endpoint has more than a scheme, a host, a port and a path.
    #[error("the endpoint has a user, a query or a fragment: put credentials into `headers`")]
    Secret,
    /// Something has to be more than nothing.
    #[error("`{0}` must not be 0")]
    Zero(&'static str),
    /// The client cannot be made, such as with a certificate that cannot be read.
    #[error("{0}")]
    Client(Box<str>),
}
