//! A service that can be replaced while it serves.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use arc_swap::ArcSwap;
use http::Request;
use tower::{ServiceExt as _, util::Oneshot};
use tower_service::Service;

/// Sends each request to the service that is current then: a configuration can be replaced while
/// connections stay open.
///
/// What is under way stays with the service that it began with, until it ends. Clones share the
/// service, so that replacing it in one replaces it in all.
///
/// ```
/// use http::{Request, Response};
/// use tollbar::{Current, core::Body};
/// use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};
///
/// let answer = |text: &'static str| {
///     BoxCloneSyncService::new(service_fn(move |_: Request<Body>| async move {
///         Ok::<_, std::convert::Infallible>(Response::new(Body::from(text)))
///     }))
/// };
/// let current = Current::new(answer("old"));
/// let served = current.clone();
/// current.replace(answer("new"));
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let response = served.oneshot(Request::new(Body::empty())).await.unwrap();
/// assert_eq!(response.body().as_bytes().unwrap(), "new");
/// # });
/// ```
pub struct Current<S>(Arc<ArcSwap<S>>);

impl<S> Current<S> {
    /// Begins with this service.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(service)))
    }

    /// Sends the next requests to this service.
    pub fn replace(&self, service: S) {
        self.0.store(Arc::new(service));
    }
}

impl<S, R> Service<Request<R>> for Current<S>
where
    S: Service<Request<R>> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Oneshot<S, Request<R>>;

    /// Always ready: the service of the moment is made ready for each request.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        S::clone(&self.0.load()).oneshot(request)
    }
}

impl<S> Clone for Current<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: fmt::Debug> fmt::Debug for Current<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Current").field(&*self.0.load()).finish()
    }
}
