//! Running: listen, say so, serve, and come to an orderly end.

mod end;
mod error;
mod exchange_log;
mod introduction;
mod signals;

pub(crate) use self::{end::End, error::RunError, introduction::Front};

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollbar::{
    Server,
    core::{GuardLayer, origin::Origins},
};
use tower::{Layer as _, service_fn};

use self::{
    end::until_signal,
    introduction::{greet, introduce},
    signals::Signals,
};
use crate::{
    admin::Admin,
    compose::{Composed, ComposedProxy, compose},
    config::{ListenAddress, Settings, host},
    demo, output,
    readiness::Readiness,
};

/// Connections that the admin listener serves at once.
const ADMIN_CONNECTIONS: usize = 64;

/// How long a connection to the admin listener may take for a request, or be idle.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the gateway until a signal ends it.
pub(crate) async fn run(
    settings: &Settings,
    listener: TcpListener,
    front: Front,
) -> Result<End, RunError> {
    let signals = Signals::new()?;
    let log = exchange_log::open(&settings.log.exchanges)?;
    let Composed { routes, proxies } = compose(settings, listener.local_addr()?, log.as_ref())?;
    let proxies = Arc::new(proxies);
    let readiness = Readiness::new(proxies.iter().map(|proxy| proxy.health.clone()).collect());
    // The admin listener goes on while the other one drains, to say that it does.
    let admin_stop = CancellationToken::new();
    let _stop_admin = admin_stop.clone().drop_guard();
    let admin = match &settings.admin {
        Some(section) => {
            let admin = Admin::new(readiness.clone(), Arc::clone(&proxies));
            Some(serve_admin(*section.address, admin, admin_stop)?)
        }
        None => None,
    };
    introduce(settings, &proxies, admin, front);
    for proxy in proxies.iter() {
        tokio::spawn(greet(ComposedProxy::clone(proxy)));
    }
    let section = &settings.listener;
    let grace = section.drain_timeout.0;
    let stop = CancellationToken::new();
    let serving = Server::new()
        .header_timeout(section.header_timeout.0)
        .write_timeout(section.write_timeout.0)
        .max_connections(usize::try_from(section.max_connections.get()).unwrap_or(usize::MAX))
        .drain_timeout(grace)
        .serve(listener, routes, stop.clone().cancelled_owned());
    let ended = until_signal(signals, serving, || {
        tracing::info!("stopping: open calls have {grace:?}; signal again to stop at once");
        readiness.drain();
        stop.cancel();
    });
    let ended = ended.await;
    if let Some(log) = log {
        exchange_log::finish(log).await;
    }
    ended
}

/// Runs the demo server alone until a signal ends it.
pub(crate) async fn demo(listener: TcpListener) -> Result<End, RunError> {
    let signals = Signals::new()?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    output::tell(&json!({ "listening": url }));
    tracing::info!(
        "a demo MCP server with {} tools listens on {url}",
        demo::TOOLS
    );
    let stop = CancellationToken::new();
    let serving = demo::serve(listener, stop.clone().cancelled_owned());
    until_signal(signals, serving, || stop.cancel()).await
}

/// Starts the admin listener and tells its address.
fn serve_admin(
    address: ListenAddress,
    admin: Admin,
    stop: CancellationToken,
) -> Result<SocketAddr, RunError> {
    let listener = Server::bind(address.0)?;
    let address = listener.local_addr()?;
    // At an address of its own, nobody needs another name for it, and a web page does not get one.
    let mut hosts = Origins::new().allow_host(&host(address));
    if address.ip().is_unspecified() {
        hosts = hosts.allow_any_host();
    }
    let answer = service_fn(move |request| admin.clone().answer(request));
    let service = GuardLayer::new(hosts).layer(answer);
    let server = Server::new()
        .max_connections(ADMIN_CONNECTIONS)
        .header_timeout(ADMIN_TIMEOUT)
        .drain_timeout(Duration::from_secs(1));
    tokio::spawn(async move {
        server
            .serve(listener, service, stop.cancelled_owned())
            .await
    });
    Ok(address)
}
