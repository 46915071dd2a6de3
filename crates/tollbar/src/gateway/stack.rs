//! The layers, one around the other.

use tollbar_analytics::CaptureGuard;
use tollbar_core::GuardLayer;
use tollbar_plan::{PlanLayer, SessionLayer, SessionSecret};
use tower_layer::Layer;

use super::{Gateway, GatewayService, cors, pages::Pages};

/// How sessions are sealed.
#[derive(Clone, Debug)]
pub(super) enum Sealing {
    /// With a secret that is made when the stack is.
    Random,
    Own(SessionLayer),
    Off,
}

impl Gateway {
    /// The stack, as a service that any server, router or layer takes.
    #[must_use]
    pub fn into_service(self) -> GatewayService {
        let (session, plan) = match self.session {
            Sealing::Own(session) => (Some(session), self.plan),
            Sealing::Off => (None, self.plan),
            Sealing::Random => match SessionSecret::generate() {
                Ok(secret) => (Some(SessionLayer::new(secret)), self.plan),
                Err(error) => {
                    tracing::error!(%error, "sessions cannot be sealed: nobody is let in");
                    (None, PlanLayer::new())
                }
            },
        };
        // What is sealed for one consumer must not pass unsealed for another one.
        let session = session.map(|session| match plan.is_mixed() {
            true => session.seal_unverified(),
            false => session,
        });
        let tasks = session.as_ref().filter(|_| !self.are_tasks_shared);
        let tasks = tasks.map(|session| session.tasks().guard());
        let access = self.acl.map(|acl| acl.guard());
        let captures = self.captures.then_some(CaptureGuard);
        let session = session.map(|session| session.guard());
        let inside = (captures, (session, (tasks, (access, self.guard))));
        let framed = self
            .frame
            .layer(GuardLayer::new(inside).layer(self.upstream));
        let from_where = (self.forwarding, self.origins.clone());
        let guarded = GuardLayer::new((from_where, plan.guard())).layer(framed);
        let pages = Pages::new(&cors::layer(self.origins), guarded);
        GatewayService(self.analytics.layer(self.challenge.layer(pages)))
    }
}
