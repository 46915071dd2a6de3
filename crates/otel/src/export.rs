//! Sending to the receiver.

use std::{io, time::Duration};

use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use prost::Message;
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};
use tollbar_fetch::{FetchFailure, FetchSettings, Fetcher};

use crate::{OtelError, OtelSettings};

/// How many bytes of an answer are read. It says little.
const ANSWER_LIMIT: usize = 64 << 10;

/// Sends messages of OTLP by HTTP POST, from a thread that may block.
#[derive(Debug)]
pub(crate) struct Exporter {
    fetcher: Fetcher,
    headers: HeaderMap,
    attempts: u32,
    pause: Duration,
    longest_pause: Duration,
    /// Made on the thread that sends: one that is dropped among the tasks of another one panics.
    runtime: Option<Runtime>,
}

/// Why something was not sent.
#[derive(Debug, Error)]
pub(crate) enum ExportError {
    #[error("the receiver of telemetry gives no answer: {0}")]
    Unreachable(Box<str>),
    #[error("the receiver of telemetry answers {0}")]
    Status(StatusCode),
    #[error("the answer of the receiver of telemetry cannot be read: is it an endpoint of OTLP?")]
    Unreadable,
    #[error("no runtime for sending telemetry: {0}")]
    Runtime(#[from] io::Error),
}

impl ExportError {
    /// Whether it is about what was sent: then something else may be taken.
    pub(crate) fn is_about_content(&self) -> bool {
        match self {
            Self::Status(status) => !may_pass(*status),
            Self::Unreadable => true,
            Self::Unreachable(_) | Self::Runtime(_) => false,
        }
    }
}

/// One attempt that failed.
struct Failed {
    error: ExportError,
    /// Whether to try again, and after how long at least. `None` where it would be of no use.
    again: Option<Duration>,
}

impl Exporter {
    pub(crate) fn new(settings: &OtelSettings) -> Result<Self, OtelError> {
        if settings.attempts == 0 {
            return Err(OtelError::Zero("attempts"));
        }
        let fetcher = Fetcher::new(&FetchSettings {
            timeout: settings.timeout,
            answer_limit: ANSWER_LIMIT,
            // Nobody looks after a connection between two exports.
            idle_connections: 0,
            authorities: settings.authorities.clone(),
        });
        let mut headers = settings.headers.clone();
        for value in headers.values_mut() {
            value.set_sensitive(true);
        }
        let content = HeaderValue::from_static("application/x-protobuf");
        headers.insert(header::CONTENT_TYPE, content);
        headers
            .entry(header::USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "tollbar-otel/",
                env!("CARGO_PKG_VERSION")
            )));
        Ok(Self {
            fetcher: fetcher.map_err(|error| OtelError::Client(error.to_string().into()))?,
            headers,
            attempts: settings.attempts,
            pause: settings.pause,
            longest_pause: settings.longest_pause,
            runtime: None,
        })
    }

    /// Sends a message, more than once where that may help, and reads what the receiver says.
    pub(crate) fn send<A: Message + Default>(
        &mut self,
        url: &Uri,
        message: &impl Message,
    ) -> Result<A, ExportError> {
        let content = message.encode_to_vec();
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => Builder::new_current_thread().enable_all().build()?,
        };
        let answer = runtime.block_on(self.try_often(url, &content));
        self.runtime = Some(runtime);
        A::decode(&*answer?).map_err(|_| ExportError::Unreadable)
    }

    async fn try_often(&self, url: &Uri, content: &[u8]) -> Result<Vec<u8>, ExportError> {
        let mut pause = self.pause;
        let mut attempt = 1;
        loop {
            let failed = match self.try_once(url, content).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let Some(asked) = failed.again.filter(|_| attempt < self.attempts) else {
                return Err(failed.error);
            };
            tokio::time::sleep(asked.max(pause).min(self.longest_pause)).await;
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }

    async fn try_once(&self, url: &Uri, content: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut request = Request::new(content.to_vec());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = self.headers.clone();
        let answer = self.fetcher.ask_up_to(ANSWER_LIMIT, request).await;
        let answer = answer.map_err(|failure| Failed::of(&failure))?;
        match answer.status() {
            status if status.is_success() => Ok(answer.into_body()),
            status => Err(Failed {
                again: may_pass(status).then(|| retry_after(answer.headers())),
                error: ExportError::Status(status),
            }),
        }
    }
}

impl Failed {
    fn of(failure: &FetchFailure) -> Self {
        Self {
            error: ExportError::Unreachable(failure.explained().into()),
            again: failure.is_unreachable().then_some(Duration::ZERO),
        }
    }
}

/// Whether the same may be accepted later (OTLP 1.x, "Retryable Response Codes").
fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// How long the receiver wants to be left alone.
fn retry_after(headers: &HeaderMap) -> Duration {
    let value = headers.get(header::RETRY_AFTER);
    let seconds = value.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    seconds.map_or(Duration::ZERO, Duration::from_secs)
}
