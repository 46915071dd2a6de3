//! The service.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response, StatusCode, request::Parts};
use hyper::body::Incoming;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tollbar_core::{AnyBody, Body, Exchange, Grant, Kind, Refusal};
use tower_service::Service;
use url::Url;

use crate::{
    Builder, UpstreamError,
    client::HttpClient,
    credential::Credential,
    failure::{Chain, Failure},
    request::{HeaderRules, RequestBody, Target, again, outgoing},
    response::{AnswerBody, pass},
};

/// The end of a stack: sends each request to one MCP server, and answers with what that answers.
///
/// Cheap to clone; all clones share the connections and the places. See the [crate](crate) for what
/// goes on in each direction.
#[derive(Clone)]
pub struct Upstream(Arc<Inner>);

/// What all clones share.
pub(crate) struct Inner {
    /// The connections.
    pub(crate) client: HttpClient,
    /// Where each request goes.
    pub(crate) target: Target,
    /// Which headers go on.
    pub(crate) rules: HeaderRules,
    /// What the upstream is shown.
    pub(crate) credential: Credential,
    /// One permit for each exchange that may be under way.
    pub(crate) places: Arc<Semaphore>,
    /// How long a request waits for one.
    pub(crate) place_timeout: Duration,
    /// From the permit until the head of the answer, connecting included.
    pub(crate) head_timeout: Duration,
}

impl Upstream {
    /// The MCP server at this URL, with the defaults of [`Builder`].
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] when this is not a URL that can be proxied to.
    pub fn new(url: Url) -> Result<Self, UpstreamError> {
        Self::builder(url).build()
    }

    /// The MCP server at this URL, with settings of your own.
    pub fn builder(url: Url) -> Builder {
        Builder::new(url)
    }

    /// The configured URL. Its path or query may hold a secret: do not log it.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.0.target.url()
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Inner {
    /// One exchange with the upstream, up to the head of its answer.
    async fn send(
        &self,
        head: Parts,
        body: Body,
        exchange: &Exchange,
    ) -> Result<Response<Body>, Refusal> {
        let peer = exchange.peer().map(|peer| peer.ip());
        let mut request = outgoing(head, body, peer, &self.target, &self.rules)?;
        exchange.release_content();
        let shown = self.credential.set(request.headers_mut(), exchange);
        let shown = shown.await?;
        let spare = shown.as_ref().and_then(|_| again(&request));
        let place = self.place().await?;
        // Waiting for a token and a place takes time, in which the right may end.
        if exchange.grant().is_some_and(Grant::has_ended) {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "grant_ended",
                "the right to be here has ended",
            ));
        }
        exchange.note_asked();
        let mut response = self.ask(request).await?;
        // What was refused with 401 was not acted on, so this is not a call that is sent twice. A
        // value that is no longer good is dropped even when this request cannot be repeated.
        if response.status() == StatusCode::UNAUTHORIZED
            && shown.is_some_and(|shown| shown.refused(exchange))
            && let Some(mut request) = spare
        {
            drop(response);
            self.credential.set(request.headers_mut(), exchange).await?;
            response = self.ask(request).await?;
        }
        // A stack that tries a second upstream keeps what the first has answered.
        let _ = exchange.set_answered(response.status());
        if response.status() == StatusCode::UNAUTHORIZED && self.credential.is_own() {
            // The challenge would make the client log in where that cannot help.
            let error = "it answers 401: the credential that the gateway shows it is not good";
            return Err(self.failed(Failure::Credential, &error).into());
        }
        if response.status() == StatusCode::UNAUTHORIZED && !self.rules.forward_authorization {
            let error = "it answers 401, and `Authorization` does not go on to it: where the server judges \
                         its users itself, let it (`forward_authorization`, in a configuration \
                         `[proxy.relay]`), or else show it a credential";
            return Err(self.failed(Failure::NoCredential, &error).into());
        }
        let (head, incoming) = response.into_parts();
        let version = head.version;
        let origin = self.target.origin();
        let head =
            pass(head, self.rules.forward_cookies, self.target.url()).map_err(|failure| {
                self.failed(failure, &"the head of its answer cannot be passed on")
            })?;
        let body = AnswerBody::new(incoming, version, Arc::clone(origin), place);
        Ok(head.map(|()| Body::new(body)))
    }

    /// Sends a request, and waits for the head of its answer.
    async fn ask(&self, request: Request<RequestBody>) -> Result<Response<Incoming>, Failure> {
        let broken = request.body().broken();
        match timeout(self.head_timeout, self.client.request(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if broken.is_set() => {
                Err(self.failed(Failure::RequestBroken, &Chain(&error)))
            }
            Ok(Err(error)) => Err(self.failed(Failure::of(&error), &Chain(&error))),
            Err(late) => Err(self.failed(Failure::HeadTimeout(self.head_timeout), &late)),
        }
    }

    /// Waits for a place at the upstream.
    async fn place(&self) -> Result<OwnedSemaphorePermit, Failure> {
        // Nearly always there is one, and no clock is needed.
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        match timeout(self.place_timeout, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => {
                Err(self.failed(Failure::Busy(self.place_timeout), &"all places are taken"))
            }
        }
    }

    /// Tells the log what went wrong. What clients did wrong is not worth a warning.
    fn failed(&self, failure: Failure, error: &dyn fmt::Display) -> Failure {
        let (kind, reason) = failure.kind();
        let upstream = self.target.origin();
        match &failure {
            Failure::Redirect(_, Some(location)) => {
                tracing::warn!(%upstream, reason, %location, "configure the URL it redirects to");
            }
            _ if kind == Kind::Malformed => {
                tracing::debug!(%upstream, reason, %error, "no answer from the upstream");
            }
            _ => tracing::warn!(%upstream, reason, %error, "no answer from the upstream"),
        }
        failure
    }
}

impl<B: AnyBody> Service<Request<B>> for Upstream {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let exchange = Exchange::of(&mut head.extensions);
            Ok(match inner.send(head, Body::new(body), &exchange).await {
                Ok(response) => response,
                Err(refusal) => refusal.into_response(&exchange),
            })
        })
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("origin", self.0.target.origin())
            .field("headers", &self.0.rules.fixed.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
