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

use http::{Request, Response, request::Parts};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tollbar_core::{AnyBody, Body, Exchange, Kind};
use tower_service::Service;
use url::Url;

use crate::{
    Builder, UpstreamError,
    client::HttpClient,
    failure::{Chain, Failure},
    request::{HeaderRules, Target, outgoing},
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
    ) -> Result<Response<Body>, Failure> {
        let peer = exchange.peer().map(|peer| peer.ip());
        let request = outgoing(head, body, peer, &self.target, &self.rules)?;
        let broken = request.body().broken();
        let place = self.place().await?;
        let response = match timeout(self.head_timeout, self.client.request(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if broken.is_set() => {
                return Err(self.failed(Failure::RequestBroken, &Chain(&error)));
            }
            Ok(Err(error)) => return Err(self.failed(Failure::of(&error), &Chain(&error))),
            Err(late) => return Err(self.failed(Failure::HeadTimeout(self.head_timeout), &late)),
        };
        // A stack that tries a second upstream keeps what the first has answered.
        let _ = exchange.set_answered(response.status());
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
                Err(failure) => failure.into_refusal().into_response(&exchange),
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
