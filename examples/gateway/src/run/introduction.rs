//! What is said at the start, to machines and to people.

use std::net::SocketAddr;

use serde_json::json;

use crate::{
    banner,
    compose::ComposedProxy,
    config::{LogFormat, Settings},
    output, probe,
};

/// How the gateway introduces itself to people.
#[derive(Clone, Copy)]
pub(crate) enum Front {
    /// By log lines only.
    Plain,
    /// By this text too, which is made from the proxy's URL. Not when the log is JSON.
    Banner(fn(&str) -> String),
}

/// Says where the proxies and the admin listener are.
///
/// The first lines of standard output are for machines: one for each proxy, in the order of the
/// configuration, and one for the admin listener.
pub(super) fn introduce(
    settings: &Settings,
    proxies: &[ComposedProxy],
    admin: Option<SocketAddr>,
    front: Front,
) {
    for proxy in proxies {
        tell(proxy);
    }
    if let Some(address) = admin {
        output::tell(&json!({ "admin": format!("http://{address}") }));
    }
    for proxy in proxies {
        match front {
            Front::Banner(text) if settings.log.format == LogFormat::Text => {
                output::say(&text(proxy.public_url.as_str()));
            }
            Front::Banner(_) | Front::Plain => {}
        }
        log(proxy);
    }
    if let Some(address) = admin {
        let store = match (&settings.store, settings.has_open_admin()) {
            (Some(_), true) => ", the store on /api/v1/",
            _ => "",
        };
        tracing::info!("admin on http://{address}: /healthz, /readyz, /metrics{store}");
    }
}

/// Says where a proxy is that a reload has brought, or moved.
pub(crate) fn announce(proxy: &ComposedProxy) {
    tell(proxy);
    log(proxy);
}

fn tell(proxy: &ComposedProxy) {
    output::tell(&json!({
        "listening": proxy.local_url.as_str(),
        "proxy": proxy.name,
        "public_url": proxy.public_url.as_str(),
    }));
}

fn log(proxy: &ComposedProxy) {
    tracing::info!(
        proxy = proxy.name,
        plans = proxy.plans,
        upstream = banner::origin(proxy.upstream.url()),
        relay = proxy
            .relay
            .as_ref()
            .map(|relayed| relayed.resource.mode().as_str()),
        "listening on {}",
        proxy.local_url
    );
    for origin in proxy.relay.iter().flat_map(|relayed| &relayed.in_the_clear) {
        tracing::warn!(
            proxy = proxy.name,
            "what `{}` tells clients of its server may come from {origin} without TLS \
             (`allow_http`): whoever is on the way could send them to a login of their own",
            proxy.name
        );
    }
}

/// Tries an upstream once, so that a mistake shows at the start and not at the first request.
pub(crate) async fn greet(proxy: ComposedProxy) {
    match probe::knock(&proxy.upstream, &proxy.health).await {
        Ok(()) => tracing::info!(proxy = proxy.name, "upstream `{}` answers", proxy.name),
        Err(reason) => tracing::warn!(
            proxy = proxy.name,
            "upstream `{}` does not answer yet: {reason} (each request tries again)",
            proxy.name,
        ),
    }
}
