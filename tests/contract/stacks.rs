//! Every layer, alone around a probe, and all of them together.

use std::{convert::Infallible, fmt::Debug};

use http::{Request, Response};
use tollbar::{
    Routes,
    analytics::AnalyticsLayer,
    core::{Body, GuardLayer, frame::FrameLayer, origin::Origins},
};
use tower::{Layer, Service, util::BoxCloneSyncService};

use crate::probe::Probe;

pub(crate) type Stack = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// All stacks, with their names. A new layer gets a line here, and with it all promises.
pub(crate) fn all(probe: &Probe) -> Vec<(&'static str, Stack)> {
    vec![
        ("analytics", stack(AnalyticsLayer::new(|_| {}), probe)),
        (
            "origin guard",
            stack(GuardLayer::new(Origins::new()), probe),
        ),
        ("frame", stack(FrameLayer::new(), probe)),
        (
            "routes",
            boxed(Routes::new().mount("/", probe.clone()).unwrap()),
        ),
        ("all of them", {
            let inner = FrameLayer::new().layer(probe.clone());
            let inner = GuardLayer::new(Origins::new()).layer(inner);
            stack_around(AnalyticsLayer::new(|_| {}), inner)
        }),
    ]
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
