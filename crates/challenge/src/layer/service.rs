//! The service.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, header::AUTHORIZATION, request::Parts};
use tollbar_core::{AnyBody, Body, Exchange, Kind, Refusal};
use tower_service::Service;

use super::{
    advertised::{Advertised, Source},
    answer,
    future::ResponseFuture,
    pointer::Pointer,
};
use crate::relay::Occasion;

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
        let path = request.uri().path();
        if let Some(slashed) = advertised.places().slashed_at(path) {
            let (head, _) = request.into_parts();
            return metadata(advertised, slashed, head, exchange);
        }
        if advertised.is_nobodys(path) {
            return ResponseFuture::answered(lost(&exchange));
        }
        let pointer = Pointer {
            advertised: Arc::clone(advertised),
            exchange,
            occasion: Occasion {
                slashed: advertised.places().is_slashed(path),
                tried: request.headers().contains_key(AUTHORIZATION),
                has_query: request.uri().query().is_some(),
            },
        };
        ResponseFuture::inside(self.inner.call(request), Some(pointer))
    }
}

/// Answers a request for metadata.
fn metadata<F>(
    advertised: &Advertised,
    slashed: bool,
    head: Parts,
    exchange: Exchange,
) -> ResponseFuture<F> {
    if let Some(response) = answer::without_metadata(&head, &exchange) {
        return ResponseFuture::answered(response);
    }
    let resource = match advertised.source() {
        Source::Host(both) => {
            let document = both.told(slashed).document.clone();
            return ResponseFuture::answered(answer::with_metadata(document, &head.method));
        }
        Source::Server(resource) => resource.clone(),
    };
    ResponseFuture::waiting(Box::pin(async move {
        match resource.document(slashed).await {
            Ok(document) => answer::with_metadata(document, &head.method),
            Err(refusal) => answer::refused(refusal, &exchange),
        }
    }))
}

/// Nobody logs in or registers here.
fn lost(exchange: &Exchange) -> Response<Body> {
    Refusal::new(
        Kind::NotFound,
        "no_such_path",
        "nobody logs in or registers here: the metadata of the proxy names its authorization server",
    )
    .into_response(exchange)
}
