//! The arranged stack as one nameable service.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use http::{Request, Response};
use tollbar_acl::Access;
use tollbar_analytics::{Analytics, CaptureGuard};
use tollbar_challenge::Challenged;
use tollbar_core::{
    AnyBody, Body, Forwarding, Guarded, SharedGuard, frame::Frame, origin::Origins,
};
use tollbar_plan::{Plans, Sessions, Tasks};
use tollbar_upstream::Upstream;
use tower_service::Service;

use super::pages::Pages;

/// From where, and who asks.
type Gate = ((Forwarding, Origins), Plans);
/// What is kept of it, in which session, about whose task, whether they may, and what the host says.
type Within = (
    Option<CaptureGuard>,
    (
        Option<Sessions>,
        (Option<Tasks>, (Option<Access>, Option<SharedGuard>)),
    ),
);
type Inside = Frame<Guarded<Upstream, Within>>;
type Stack = Analytics<Challenged<Pages<Guarded<Inside, Gate>>>>;

/// The stack of a [`Gateway`](crate::Gateway). Takes requests with any body.
#[derive(Clone, Debug)]
pub struct GatewayService(pub(super) Stack);

impl<R: AnyBody> Service<Request<R>> for GatewayService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Stack as Service<Request<R>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<R>>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        self.0.call(request)
    }
}
