//! CORS for web pages, and nothing for everybody else.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderValue, Method, Request, Response, header};
use pin_project_lite::pin_project;
use tollbar_core::Body;
use tower_http::cors::{Cors, CorsLayer};
use tower_layer::Layer as _;
use tower_service::Service;

/// What an answer depends on, as CORS says it of every answer.
const VARY: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers",
);

/// Puts CORS around a service for requests that come from a page: those with an `Origin`, and
/// preflight requests. Most clients are no pages, and need none of its headers.
#[expect(
    unnameable_types,
    reason = "a part of `GatewayService`, which is what has a name"
)]
#[derive(Clone, Debug)]
pub struct Pages<S> {
    inner: S,
    cors: Cors<S>,
}

impl<S: Clone> Pages<S> {
    pub(super) fn new(cors: &CorsLayer, inner: S) -> Self {
        let cors = cors.layer(inner.clone());
        Self { inner, cors }
    }
}

impl<S, R> Service<Request<R>> for Pages<S>
where
    S: Service<Request<R>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = PagesFuture<S::Future, <Cors<S> as Service<Request<R>>>::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        ready!(self.inner.poll_ready(cx))?;
        self.cors.poll_ready(cx)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let is_of_a_page = request.headers().contains_key(header::ORIGIN);
        if is_of_a_page || request.method() == Method::OPTIONS {
            let future = self.cors.call(request);
            PagesFuture {
                way: Way::Page { future },
            }
        } else {
            let future = self.inner.call(request);
            PagesFuture {
                way: Way::Other { future },
            }
        }
    }
}

pin_project! {
    /// The response of [`Pages`].
    pub struct PagesFuture<F, C> {
        #[pin]
        way: Way<F, C>,
    }
}

pin_project! {
    #[project = Projected]
    enum Way<F, C> {
        Other { #[pin] future: F },
        Page { #[pin] future: C },
    }
}

impl<F, C, E> Future for PagesFuture<F, C>
where
    F: Future<Output = Result<Response<Body>, E>>,
    C: Future<Output = Result<Response<Body>, E>>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().way.project() {
            Projected::Page { future } => future.poll(cx),
            Projected::Other { future } => {
                let mut response = ready!(future.poll(cx))?;
                response.headers_mut().append(header::VARY, VARY);
                Poll::Ready(Ok(response))
            }
        }
    }
}
