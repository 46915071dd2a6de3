//! Questions over HTTP.

mod access;
mod answer;
mod builder;
mod host;
mod live;
mod parameters;
mod problem;
mod questions;
mod routes;
mod token;

#[cfg(test)]
mod tests;

pub use self::{
    builder::{ApiBuilder, ApiSettings},
    token::{Token, WeakToken},
};

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tollbar_core::Body;
use tower_service::Service;

use self::routes::Routes;
use crate::Query;

/// Answers questions to a store, read-only and as JSON, under `/api/v1/`.
///
/// With a [`Token`] it answers whoever has that. Without, it answers requests that name `localhost` or a loopback
/// address in `Host`, which keeps out the pages of strangers in a browser; let it listen on loopback only then. It
/// needs a Tokio runtime.
#[derive(Clone)]
pub struct Api(Arc<Routes>);

impl Api {
    /// One that answers out of this.
    pub fn builder(query: Query) -> ApiBuilder {
        ApiBuilder::new(query)
    }
}

impl<B> Service<Request<B>> for Api {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let routes = Arc::clone(&self.0);
        let (head, _) = request.into_parts();
        ResponseFuture(Box::pin(async move { routes.answer(&head).await }))
    }
}

/// The answer of an [`Api`].
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Response<Body>> + Send>>);

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("has_token", &self.0.has_token())
            .finish_non_exhaustive()
    }
}
