//! The service.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use http::{Request, Response};
use tollbar_core::{AnyBody, Body, Exchange};
use tollbar_mcp::TraceParent;
use tower_service::Service;

use super::{future::ResponseFuture, record::Record, settings::Settings};
use crate::event::Replies;

/// A service behind an [`AnalyticsLayer`](crate::AnalyticsLayer).
#[derive(Clone)]
pub struct Analytics<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> Analytics<S> {
    pub(super) const fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
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
            .field("settings", &self.settings)
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
        let exchange = Exchange::of(request.extensions_mut());
        let replies = self.settings.inspects.then(|| {
            let replies = Arc::new(Replies::new(self.settings.messages, self.settings.longest));
            exchange.watch(Arc::clone(&replies) as _);
            replies
        });
        self.settings.sink.begin(&self.settings.proxy);
        let at = SystemTime::now();
        let id = self.settings.ids.next(at);
        let slot = self.settings.slot(id);
        if let Some(slot) = &slot {
            exchange.watch(Arc::new(slot.clone()));
            request.extensions_mut().insert(slot.clone());
        }
        let record = Record {
            id,
            slot,
            settings: Arc::clone(&self.settings),
            exchange,
            trace: TraceParent::of(request.headers()),
            replies,
            at,
            http_method: request.method().clone(),
            begun: None,
            status: None,
            head_after: None,
            bytes_out: 0,
            ended: None,
        };
        ResponseFuture::new(self.inner.call(request), record)
    }
}
