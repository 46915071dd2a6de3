//! Several gateways under one listener.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use thiserror::Error;
use tollbar_analytics::{AnalyticsLayer, Sink};
use tollbar_core::{AnyBody, Body, Exchange, Kind, Refusal};
use tower::ServiceExt as _;
use tower_layer::Layer as _;
use tower_service::Service;

/// Sends each request to the service that is mounted at its path; 404 where there is none.
///
/// A path matches as a whole, with or without a trailing slash: an MCP server has one endpoint and
/// nothing beneath it.
///
/// ```
/// use tollbar::Routes;
/// use tollbar::core::Body;
/// use http::{Request, Response};
/// use tower::{ServiceExt, service_fn};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let hello = service_fn(|_: Request<Body>| async { Ok(Response::new(Body::from("hello"))) });
/// let routes = Routes::new().mount("/hello", hello).unwrap();
///
/// let found = routes.clone().oneshot(Request::get("/hello/").body(Body::empty()).unwrap());
/// assert_eq!(found.await.unwrap().status(), 200);
/// let lost = routes.oneshot(Request::get("/hello/world").body(Body::empty()).unwrap());
/// assert_eq!(lost.await.unwrap().status(), 404);
/// # });
/// ```
#[derive(Debug)]
pub struct Routes<S> {
    mounted: Arc<HashMap<Box<str>, S>>,
    /// Around what is mounted nowhere: what is mounted has its own.
    analytics: Option<AnalyticsLayer>,
    /// Whether one of them tells where to log in.
    has_metadata: bool,
}

/// Why a path cannot be mounted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// It does not begin with a slash, or holds what a request path cannot hold.
    #[error("`{0}` is not a path: begin with `/`, and leave out `?`, `#` and spaces")]
    NotAPath(String),
    /// Something is mounted there already.
    #[error("two services are mounted at `{0}`: give each its own path")]
    Taken(String),
}

impl<S> Routes<S> {
    /// No paths yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            mounted: Arc::default(),
            analytics: None,
            has_metadata: false,
        }
    }

    /// Records requests for paths where nothing is mounted. Default: they are answered with 404 and
    /// forgotten.
    #[must_use]
    pub fn analytics(mut self, sink: impl Sink) -> Self {
        self.analytics = Some(AnalyticsLayer::new(sink));
        self
    }
}

impl<S: Clone> Routes<S> {
    /// Mounts a service at a path.
    ///
    /// # Errors
    ///
    /// [`RouteError`] when the path is none, or taken.
    pub fn mount(mut self, path: &str, service: S) -> Result<Self, RouteError> {
        let valid = path.starts_with('/')
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#');
        if !valid {
            return Err(RouteError::NotAPath(path.to_owned()));
        }
        let mounted = Arc::make_mut(&mut self.mounted);
        if mounted.contains_key(bare(path)) {
            return Err(RouteError::Taken(path.to_owned()));
        }
        mounted.insert(bare(path).into(), service);
        self.has_metadata |= path.contains(METADATA);
        Ok(self)
    }
}

/// A path without its trailing slash.
fn bare(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

impl<S> Clone for Routes<S> {
    fn clone(&self) -> Self {
        Self {
            mounted: Arc::clone(&self.mounted),
            analytics: self.analytics.clone(),
            has_metadata: self.has_metadata,
        }
    }
}

impl<S> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, R, B> Service<Request<R>> for Routes<S>
where
    S: Service<Request<R>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    R: Send + 'static,
    B: AnyBody,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        if let Some(service) = self.mounted.get(bare(request.uri().path())) {
            let answer = service.clone().oneshot(request);
            return Box::pin(async move { answer.await.map(|response| response.map(Body::new)) });
        }
        let mut nothing = Nothing {
            has_metadata: self.has_metadata,
        };
        match &self.analytics {
            Some(analytics) => Box::pin(analytics.layer(nothing).call(request)),
            None => Box::pin(nothing.call(request)),
        }
    }
}

/// Where the metadata of a protected resource stands (RFC 9728 section 3.1).
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// What is served where nothing is mounted.
#[derive(Clone, Copy, Debug)]
struct Nothing {
    has_metadata: bool,
}

impl<R> Service<Request<R>> for Nothing {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<R>) -> Self::Future {
        let exchange = Exchange::of(request.extensions_mut());
        // Some clients show this to people when they have been answered with 401.
        let message = match asks_for_a_login(request.uri().path()) {
            true if self.has_metadata => {
                "nobody logs in or registers at the gateway itself: a proxy takes a credential that the \
                 operator of this gateway gives out, or a token of the authorization server that its \
                 metadata names, where it has any"
            }
            true => {
                "nobody logs in or registers here: the credential is one that the operator of this \
                 gateway gives out"
            }
            false => "nothing is served at this path",
        };
        let refusal = Refusal::new(Kind::NotFound, "no_such_path", message);
        ready(Ok(refusal.into_response(&exchange)))
    }
}

/// Where clients look for an authorization server when they are told nothing (MCP 2025-03-26
/// `basic/authorization`, Fallbacks; RFC 8414, RFC 9728).
fn asks_for_a_login(path: &str) -> bool {
    path.contains("/.well-known/oauth-")
        || path.contains("/.well-known/openid-configuration")
        || matches!(path, "/register" | "/authorize" | "/token")
}
