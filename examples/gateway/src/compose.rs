//! From settings to services: one gateway for each proxy, each under its path.

use std::net::SocketAddr;

use thiserror::Error;
use tollbar::{
    Gateway, GatewayService, RouteError, Routes,
    analytics::{Event, JsonLines, Sink as _},
    core::origin::InvalidOrigin,
};
use url::{ParseError, Url};

use crate::{
    config::{Settings, local_url},
    readiness::Health,
};

/// The gateway behind one listener.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) routes: Routes<GatewayService>,
    pub(crate) proxies: Vec<ComposedProxy>,
}

/// One proxy of it.
#[derive(Clone, Debug)]
pub(crate) struct ComposedProxy {
    pub(crate) name: String,
    /// Its URL at the listener's own address.
    pub(crate) local_url: Url,
    /// The URL under which clients find it.
    pub(crate) public_url: Url,
    pub(crate) upstream: tollbar::upstream::Upstream,
    pub(crate) health: Health,
}

/// Why settings do not make a gateway. Judging them has ruled all of these out.
#[derive(Debug, Error)]
pub(crate) enum ComposeError {
    #[error("the public URL of a proxy is no URL: {0}")]
    PublicUrl(#[from] ParseError),
    #[error(transparent)]
    Origin(#[from] InvalidOrigin),
    #[error(transparent)]
    Route(#[from] RouteError),
}

/// Composes the gateway for a listener that got this address. Events go to the log, when there is
/// one.
pub(crate) fn compose(
    settings: &Settings,
    listening: SocketAddr,
    log: Option<&JsonLines>,
) -> Result<Composed, ComposeError> {
    let listener = &settings.listener;
    let public = settings
        .proxies
        .iter()
        .map(|proxy| listener.public_url(&proxy.section, listening))
        .collect::<Result<Vec<_>, _>>()?;
    let origins = listener.origins(listening, &public)?;
    let mut routes = Routes::new();
    if let Some(log) = log {
        routes = routes.analytics(log.clone());
    }
    let mut proxies = Vec::with_capacity(public.len());
    for (proxy, public_url) in settings.proxies.iter().zip(public) {
        let health = Health::new(proxy.name());
        let (learning, log) = (health.clone(), log.cloned());
        let mut gateway = Gateway::new(proxy.upstream.clone())
            .name(proxy.name())
            .origins(origins.clone())
            .frame(proxy.frame.clone())
            .analytics(move |event: Event| {
                learning.learn(event.exchange());
                if let Some(log) = &log {
                    log.record(event);
                }
            });
        if let Some(version) = &proxy.section.version {
            gateway = gateway.version(version.as_str());
        }
        routes = routes.mount(proxy.section.path.as_str(), gateway.into_service())?;
        proxies.push(ComposedProxy {
            name: proxy.name().to_owned(),
            local_url: local_url(listening, proxy.section.path.as_str())?,
            public_url,
            upstream: proxy.upstream.clone(),
            health,
        });
    }
    Ok(Composed { routes, proxies })
}
