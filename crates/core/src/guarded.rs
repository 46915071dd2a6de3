//! The plumbing around a guard.

use std::{
    any::Any,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
};

use http::{HeaderValue, Request, Response, header, request::Parts};
use tower_layer::Layer;
use tower_service::Service;

use crate::{AnyBody, Body, Exchange, Guard, Kind, Pass, Refusal};

/// Puts a [`Guard`] in front of a service.
#[derive(Clone, Debug)]
pub struct GuardLayer<G> {
    guard: G,
}

impl<G> GuardLayer<G> {
    /// A layer that asks this guard about every request.
    pub const fn new(guard: G) -> Self {
        Self { guard }
    }
}

impl<S, G: Clone> Layer<S> for GuardLayer<G> {
    type Service = Guarded<S, G>;

    fn layer(&self, inner: S) -> Self::Service {
        Guarded {
            inner,
            guard: self.guard.clone(),
        }
    }
}

/// A service behind a [`Guard`].
///
/// Always ready: the inner service is made ready after the guard has decided, so that a slow
/// decision does not hold a place inside.
#[derive(Clone, Debug)]
pub struct Guarded<S, G> {
    inner: S,
    guard: G,
}

impl<S, G> Guarded<S, G> {
    /// The service behind the guard.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service behind the guard.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

/// What a layer that decides before it calls answers with.
pub(crate) type ResponseFuture<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S, G, R, B> Service<Request<R>> for Guarded<S, G>
where
    S: Service<Request<R>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    G: Guard,
    R: Send + 'static,
    B: AnyBody,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let mut inner = self.inner.clone();
        let guard = self.guard.clone();
        Box::pin(async move {
            let (mut head, mut body) = request.into_parts();
            let exchange = Exchange::of(&mut head.extensions);
            let pass = guard.check(&head, &exchange).await;
            let pass = match pass.and_then(|pass| enter(pass, &mut head, &mut body, &exchange)) {
                Ok(pass) => pass,
                Err(refusal) => return Ok(refusal.into_response(&exchange)),
            };
            poll_fn(|cx| inner.poll_ready(cx)).await?;
            let mut response = inner.call(Request::from_parts(head, body)).await?;
            pass.leave(response.headers_mut());
            Ok(response.map(Body::new))
        })
    }
}

/// Changes what is to be changed in the request; what is left is for the response.
fn enter<R: 'static>(
    mut pass: Pass,
    head: &mut Parts,
    body: &mut R,
    exchange: &Exchange,
) -> Result<Pass, Refusal> {
    let edits = pass.take_edits();
    let pass = pass.enter(&mut head.headers);
    if edits.is_empty() {
        return Ok(pass);
    }
    let edited = exchange.edit(edits).ok_or_else(uneditable)?;
    // Inside of a frame it is one of ours.
    let body = (body as &mut dyn Any).downcast_mut::<Body>();
    let body = body.ok_or_else(uneditable)?;
    let length = HeaderValue::from(edited.len());
    head.headers.insert(header::CONTENT_LENGTH, length);
    *body = Body::from(edited);
    Ok(pass)
}

fn uneditable() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "edits_disagree",
        "the gateway could not apply its own changes to the request",
    )
}
