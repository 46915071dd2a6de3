//! Every layer, alone around a probe, and all of them together.

use std::{convert::Infallible, fmt::Debug};

use http::{Request, Response};
use tollbar::{
    Current, Routes,
    acl::{AclLayer, Rules},
    analytics::AnalyticsLayer,
    challenge::{ChallengeLayer, ProtectedResource, RelayedResource},
    core::{Body, Forwarding, GuardLayer, frame::FrameLayer, origin::Origins},
    plan::{FailedAttempts, Keyless, PlanLayer, SessionLayer, SessionSecret},
};
use tower::{Layer, Service, util::BoxCloneSyncService};

use crate::probe::Probe;

pub(crate) type Stack = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// All stacks, with their names. A new layer gets a line here, and with it all promises.
pub(crate) fn all(probe: &Probe) -> Vec<(&'static str, Stack)> {
    vec![
        ("analytics", stack(AnalyticsLayer::new(|_| {}), probe)),
        ("challenge", stack(challenge(), probe)),
        ("relayed challenge", stack(relayed(), probe)),
        ("no challenge", stack(ChallengeLayer::none(), probe)),
        (
            "origin guard",
            stack(GuardLayer::new(Origins::new()), probe),
        ),
        (
            "forwarding guard",
            stack(GuardLayer::new(Forwarding::default()), probe),
        ),
        ("plan", stack(plan(), probe)),
        ("frame", stack(FrameLayer::new(), probe)),
        // It needs the consumer and the call.
        ("session", {
            let inner = FrameLayer::new().layer(session().layer(probe.clone()));
            stack_around(plan(), inner)
        }),
        ("tasks", {
            let inner = FrameLayer::new().layer(session().tasks().layer(probe.clone()));
            stack_around(plan(), inner)
        }),
        ("acl", {
            let inner = FrameLayer::new().layer(acl().layer(probe.clone()));
            stack_around(plan(), inner)
        }),
        ("current", boxed(Current::new(probe.clone()))),
        (
            "routes",
            boxed(Routes::new().mount("/", probe.clone()).unwrap()),
        ),
        ("all of them", {
            let inner = FrameLayer::new().layer(session().layer(acl().layer(probe.clone())));
            let inner = GuardLayer::new(Origins::new()).layer(plan().layer(inner));
            let inner = challenge().layer(inner);
            stack_around(AnalyticsLayer::new(|_| {}), inner)
        }),
    ]
}

fn challenge() -> ChallengeLayer {
    let url = "https://gw.example/mcp".parse().unwrap();
    ChallengeLayer::new(&ProtectedResource::new(url, "https://login.example").unwrap())
}

fn relayed() -> ChallengeLayer {
    let public = "https://gw.example/mcp".parse().unwrap();
    let server = "http://127.0.0.1:1/mcp".parse().unwrap();
    ChallengeLayer::relayed(&RelayedResource::builder(public, server).build().unwrap())
}

fn plan() -> PlanLayer {
    PlanLayer::new()
        .with(Keyless::new())
        .attempts(FailedAttempts::new())
}

fn session() -> SessionLayer {
    SessionLayer::new(SessionSecret::generate().unwrap())
}

fn acl() -> AclLayer {
    AclLayer::new(Rules::none())
}

fn stack<L>(layer: L, probe: &Probe) -> Stack
where
    L: Layer<Probe> + Clone + Debug + Send + Sync + 'static,
    L::Service: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
{
    stack_around(layer, probe.clone())
}

fn stack_around<L, S>(layer: L, inner: S) -> Stack
where
    L: Layer<S> + Clone + Debug + Send + Sync + 'static,
    L::Service: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send + 'static,
{
    boxed(layer.layer(inner))
}

fn boxed<S>(service: S) -> Stack
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(service)
}
