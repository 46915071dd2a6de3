//! The service.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use http::{Request, Response};
use tollbar_core::{AnyBody, Body, Exchange};
use tower_service::Service;

use super::{future::ResponseFuture, record::Record};
use crate::{Sink, event::Proxy};

/// A service behind an [`AnalyticsLayer`](crate::AnalyticsLayer).
#[derive(Clone)]
pub struct Analytics<S> {
    inner: S,
    sink: Arc<dyn Sink>,
    proxy: Arc<Proxy>,
}

impl<S> Analytics<S> {
    pub(super) fn new(inner: S, sink: Arc<dyn Sink>, proxy: Arc<Proxy>) -> Self {
        Self { inner, sink, proxy }
    }

    /// The service inside.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: fmt::Debug> fmt::Debug for Analytics<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analytics")
            .field("inner", &self.inner)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

impl<S, R, B> Service<Request<R>> for Analytics<S>
where
    S: Service<Request<R>, Response = Response<B>>,
    B: AnyBody,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<R>) -> Self::Future {
        let record = Record {
            sink: Arc::clone(&self.sink),
            exchange: Exchange::of(request.extensions_mut()),
            proxy: Arc::clone(&self.proxy),
            at: SystemTime::now(),
            http_method: request.method().clone(),
            status: None,
            head_after: None,
            bytes_out: 0,
            ended: None,
        };
        ResponseFuture::new(self.inner.call(request), record)
    }
}
