//! The service.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tollbar_core::{AnyBody, Body, Exchange};
use tower_service::Service;

use super::{
    advertised::Advertised,
    answer::answer,
    future::{Pointer, ResponseFuture},
};

/// A service behind a [`ChallengeLayer`](super::ChallengeLayer).
#[derive(Clone, Debug)]
pub struct Challenged<S> {
    inner: S,
    advertised: Option<Arc<Advertised>>,
}

impl<S> Challenged<S> {
    pub(super) const fn new(inner: S, advertised: Option<Arc<Advertised>>) -> Self {
        Self { inner, advertised }
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

impl<S, R, B> Service<Request<R>> for Challenged<S>
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
        let Some(advertised) = &self.advertised else {
            return ResponseFuture::inside(self.inner.call(request), None);
        };
        let exchange = Exchange::of(request.extensions_mut());
        if let Some(told) = advertised.at(request.uri().path()) {
            let (head, _) = request.into_parts();
            return ResponseFuture::answered(answer(told, &head, &exchange));
        }
        let pointer = Pointer {
            advertised: Arc::clone(advertised),
            exchange,
            slashed: advertised.is_slashed(request.uri().path()),
        };
        ResponseFuture::inside(self.inner.call(request), Some(pointer))
    }
}
