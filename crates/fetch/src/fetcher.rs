//! The HTTP client.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{Request, Response, response::Parts};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use crate::{FetchError, FetchFailure, FetchSettings, trust::trust};

/// Longer times mean "never", and would overflow clocks.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How many bytes the head of an answer may have.
const HEAD_LIMIT: usize = 64 * 1024;

/// How long a connection is kept for the next request: shorter than servers keep it, some of which
/// close it after 5 seconds. A request that meets the end of its connection would fail.
const IDLE: Duration = Duration::from_secs(4);

/// An HTTP client for small documents: a time for the whole, a bound on the answer, and no
/// redirects, since a secret must go nowhere but where it was configured to go.
pub struct Fetcher {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
    answer_limit: usize,
}

impl Fetcher {
    /// A client with these bounds. Opens no connection yet, and needs no runtime.
    ///
    /// # Errors
    ///
    /// [`FetchError`] names the setting that cannot work.
    pub fn new(settings: &FetchSettings) -> Result<Self, FetchError> {
        if settings.timeout.is_zero() {
            return Err(FetchError::ZeroTime("timeout"));
        }
        if settings.answer_limit == 0 {
            return Err(FetchError::Zero("answer_limit"));
        }
        let timeout = settings.timeout.min(NEVER);
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the addresses of a name, so that a dead one does not use up all the time.
        tcp.set_connect_timeout(Some(timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trust(&settings.authorities)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(settings.idle_connections)
            .pool_idle_timeout(IDLE)
            .http1_max_buf_size(HEAD_LIMIT)
            .build(connector);
        Ok(Self {
            client,
            timeout,
            answer_limit: settings.answer_limit,
        })
    }

    /// Sends a request, and reads its whole answer. The caller has checked where to.
    ///
    /// # Errors
    ///
    /// [`FetchFailure`] when there is no answer within the bounds, and when it is a redirect.
    pub async fn fetch(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, FetchFailure> {
        self.fetch_up_to(self.answer_limit, request).await
    }

    /// Likewise, for an answer with a limit of its own, in bytes.
    ///
    /// # Errors
    ///
    /// [`FetchFailure`] when there is no answer within the bounds, and when it is a redirect.
    pub async fn fetch_up_to(
        &self,
        limit: usize,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, FetchFailure> {
        let reads = |head: &Parts| !head.status.is_redirection();
        let answer = self.ask(limit, request, reads).await?;
        match answer.status() {
            status if status.is_redirection() => Err(FetchFailure::Redirect(status)),
            _ => Ok(answer),
        }
    }

    /// Likewise, where a redirect is an answer like any other: the caller judges where it leads. Of an
    /// answer that is no success only the head is read: the page behind a 404 may be longer than any
    /// document.
    ///
    /// # Errors
    ///
    /// [`FetchFailure`] when there is no answer within the bounds.
    pub async fn ask_up_to(
        &self,
        limit: usize,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, FetchFailure> {
        let reads = |head: &Parts| head.status.is_success();
        self.ask(limit, request, reads).await
    }

    /// Sends a request, and gives the head of its answer, whatever that is. The content is not read: it
    /// may be a stream without an end.
    ///
    /// # Errors
    ///
    /// [`FetchFailure`] when no answer begins within the time.
    pub async fn ask_head(&self, request: Request<Vec<u8>>) -> Result<Parts, FetchFailure> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        match tokio::time::timeout(self.timeout, self.client.request(request)).await {
            Ok(Ok(answer)) => Ok(answer.into_parts().0),
            Ok(Err(error)) => Err(FetchFailure::Exchange(error.into())),
            Err(_) => Err(FetchFailure::Timeout(self.timeout)),
        }
    }

    async fn ask(
        &self,
        limit: usize,
        request: Request<Vec<u8>>,
        reads: impl FnOnce(&Parts) -> bool,
    ) -> Result<Response<Vec<u8>>, FetchFailure> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        match tokio::time::timeout(self.timeout, self.exchange(limit, request, reads)).await {
            Ok(answer) => answer,
            Err(_) => Err(FetchFailure::Timeout(self.timeout)),
        }
    }

    async fn exchange(
        &self,
        limit: usize,
        request: Request<Full<Bytes>>,
        reads: impl FnOnce(&Parts) -> bool,
    ) -> Result<Response<Vec<u8>>, FetchFailure> {
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| FetchFailure::Exchange(error.into()))?;
        let (head, body) = answer.into_parts();
        if !reads(&head) {
            return Ok(Response::from_parts(head, Vec::new()));
        }
        match Limited::new(body, limit).collect().await {
            Ok(content) => Ok(Response::from_parts(head, content.to_bytes().into())),
            Err(error) if error.is::<LengthLimitError>() => Err(FetchFailure::TooLarge(limit)),
            Err(error) => Err(FetchFailure::Broken(error)),
        }
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("timeout", &self.timeout)
            .field("answer_limit", &self.answer_limit)
            .finish_non_exhaustive()
    }
}
