//! Running: listen, say so, serve, and come to an orderly end.

mod end;
mod error;
mod introduction;
mod relays;
mod signals;

pub(crate) use self::{
    end::End,
    error::RunError,
    introduction::{Front, announce, greet},
    relays::ExaminedRelays,
};

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::json;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;
use tollbar::{
    Current, Server,
    core::{GuardLayer, origin::Origins},
};
use tower::{Layer as _, service_fn};

use self::{end::until_signal, introduction::introduce, signals::Signals};
use crate::{
    admin::Admin,
    authserver::Examined,
    compose::Composer,
    config::{ListenAddress, Settings, host},
    demo, output,
    readiness::{Configuration, Live, Readiness},
    records::Records,
    reload::{Hangup, Origin, Reloader, Running, Stamps},
};

/// Connections that the admin listener serves at once.
const ADMIN_CONNECTIONS: usize = 64;

/// How long a connection to the admin listener may take for a request, or be idle.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the gateway until a signal ends it. Where its configuration comes from a file, it follows
/// that file.
pub(crate) async fn run(
    settings: &Settings,
    listener: TcpListener,
    front: Front,
    origin: Option<(Origin, Stamps)>,
) -> Result<End, RunError> {
    let signals = Signals::new()?;
    let origin = match origin {
        Some((origin, stamps)) => Some((origin, stamps, Hangup::new()?)),
        None => None,
    };
    let records = Records::open(settings)?;
    let mut composer = Composer::new(listener.local_addr()?, records.clone())?;
    let composed = composer.compose(settings, &[]).await?;
    composer.commit(composed.kept);
    let proxies = Arc::new(composed.proxies);
    let (live, seen) = watch::channel(Live {
        proxies: Arc::clone(&proxies),
        configuration: origin.as_ref().map(|_| Configuration::Applied),
    });
    let readiness = Readiness::new(seen);
    // The admin listener goes on while the other one drains, to say that it does.
    let admin_stop = CancellationToken::new();
    let _stop_admin = admin_stop.clone().drop_guard();
    let admin = match &settings.admin {
        Some(section) => {
            let admin = Admin::new(readiness.clone(), records.clone(), settings);
            Some(serve_admin(*section.address, admin, admin_stop)?)
        }
        None => None,
    };
    introduce(settings, &proxies, admin, front);
    composer.tell_of_keys(&proxies).await;
    let mut examined = Examined::default();
    examined.follow(settings);
    let path = origin.as_ref().map(|(origin, ..)| origin.path());
    let mut relays = ExaminedRelays::of(path);
    relays.follow(&proxies);
    for proxy in proxies.iter() {
        tokio::spawn(greet(proxy.clone()));
    }
    let current = Current::new(composed.routes);
    let running = Running {
        composer,
        examined,
        relays,
        current: current.clone(),
        live,
        records: records.clone(),
        tls: settings.tls.clone(),
    };
    let stop = CancellationToken::new();
    let following = tokio::spawn(follow(running, settings.clone(), origin, stop.clone()));
    let server = server(settings);
    let serving = server.serve(listener, current, stop.clone().cancelled_owned());
    let ended = until_signal(signals, serving, || {
        let grace = settings.listener.drain_timeout.0;
        tracing::info!("stopping: open calls have {grace:?}; signal again to stop at once");
        readiness.drain();
        stop.cancel();
    });
    let ended = ended.await;
    stop.cancel();
    if let Ok(running) = following.await {
        running.composer.finish().await;
    }
    records.finish().await;
    ended
}

/// Follows the configuration, where there is one to follow, until it is told to stop.
async fn follow(
    running: Running,
    settings: Settings,
    origin: Option<(Origin, Stamps, Hangup)>,
    stop: CancellationToken,
) -> Running {
    match origin {
        Some((origin, stamps, hangup)) => {
            let reloader = Reloader::new(running, &settings);
            reloader.follow(origin, stamps, hangup, stop).await
        }
        None => running,
    }
}

/// The server with the bounds of these settings.
fn server(settings: &Settings) -> Server {
    let section = &settings.listener;
    let server = Server::new()
        .header_timeout(section.header_timeout.0)
        .write_timeout(section.write_timeout.0)
        .max_connections(usize::try_from(section.max_connections.get()).unwrap_or(usize::MAX))
        .drain_timeout(section.drain_timeout.0);
    match &settings.tls {
        Some(settings) => server.tls(settings.tls.clone()),
        None => server,
    }
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
