//! Running: listen, say so, serve, and come to an orderly end.

use std::{future::Future, io, process::ExitCode, sync::Arc, time::Duration};

use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollbar::{ServeError, Server, analytics::JsonLines};
use tower::service_fn;
use url::ParseError;

mod signals;

use self::signals::{Signal, Signals};
use crate::{
    admin::Admin,
    banner,
    compose::{ComposeError, Composed, ComposedProxy, compose},
    config::{Destination, ListenAddress, LogFormat, Settings},
    demo, output, probe,
    readiness::Readiness,
};

/// How long the exchange log may take for its last lines.
const FLUSH: Duration = Duration::from_secs(5);

/// Connections that the admin listener serves at once.
const ADMIN_CONNECTIONS: usize = 64;

/// How the gateway introduces itself to people.
#[derive(Clone, Copy)]
pub(crate) enum Front {
    /// By log lines only.
    Plain,
    /// By this text too, which is made from the proxy's URL.
    Banner(fn(&str) -> String),
}

/// Why the gateway does not run, or not any more.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Listen(#[from] ServeError),
    #[error("no port is free: choose an address with `--listen`")]
    NoPort,
    #[error(
        "the demo server asks nobody for a credential and listens on loopback addresses only, not \
         on `{0}`: use `--listen 127.0.0.1:7878`"
    )]
    DemoReachable(ListenAddress),
    #[error("the exchange log `{path}` cannot be written: {source}")]
    Log { path: String, source: io::Error },
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Url(#[from] ParseError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs the gateway until a signal ends it.
pub(crate) async fn run(
    settings: &Settings,
    listener: TcpListener,
    front: Front,
) -> Result<ExitCode, RunError> {
    let signals = Signals::new()?;
    let log = open(&settings.log.exchanges)?;
    let listening = listener.local_addr()?;
    let Composed { routes, proxies } = compose(settings, listening, log.as_ref())?;
    let proxies = Arc::new(proxies);
    let readiness = Readiness::new(proxies.iter().map(|proxy| proxy.health.clone()).collect());
    // The admin listener goes on while the other one drains, to say that it does.
    let admin_stop = CancellationToken::new();
    let _stop_admin = admin_stop.clone().drop_guard();
    let admin = admin(settings, &readiness, &proxies, admin_stop)?;
    introduce(settings, &proxies, listening, front);
    if let Some(address) = admin {
        output::tell(&json!({ "admin": format!("http://{address}") }));
        tracing::info!("health on http://{address}/healthz and http://{address}/readyz");
    }
    for proxy in proxies.iter() {
        tokio::spawn(greet(proxy.clone()));
    }
    let section = &settings.listener;
    let server = Server::new()
        .header_timeout(section.header_timeout.0)
        .max_connections(usize::try_from(section.max_connections.get()).unwrap_or(usize::MAX))
        .drain_timeout(section.drain_timeout.0);
    let stop = CancellationToken::new();
    let serving = server.serve(listener, routes, stop.clone().cancelled_owned());
    let grace = section.drain_timeout.0;
    let ended = until_signal(signals, serving, || {
        tracing::info!("stopping: open calls have {grace:?}; signal again to stop at once");
        readiness.drain();
        stop.cancel();
    });
    let ended = ended.await;
    if let Some(log) = log {
        finish(log).await;
    }
    ended
}

/// Runs the demo server alone until a signal ends it.
pub(crate) async fn demo(listener: TcpListener) -> Result<ExitCode, RunError> {
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

/// Serves until it ends by itself, or a signal ends it, or a second one cuts it short.
async fn until_signal<E: Into<RunError>>(
    mut signals: Signals,
    serving: impl Future<Output = Result<(), E>>,
    stop: impl FnOnce(),
) -> Result<ExitCode, RunError> {
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        ended = &mut serving => return ended.map(|()| ExitCode::SUCCESS).map_err(Into::into),
        _ = signals.next() => stop(),
    }
    tokio::select! {
        ended = &mut serving => ended.map(|()| ExitCode::SUCCESS).map_err(Into::into),
        signal = signals.next() => {
            tracing::warn!("stopped at once: open calls are cut off");
            Ok(Signal::code(signal))
        }
    }
}

/// Says where the gateway listens, to machines and to people.
fn introduce(
    settings: &Settings,
    proxies: &[ComposedProxy],
    listening: std::net::SocketAddr,
    front: Front,
) {
    for (proxy, section) in proxies.iter().zip(&settings.proxies) {
        let url = format!("http://{listening}{}", section.section.path.as_str());
        output::tell(&json!({
            "listening": url,
            "proxy": proxy.name,
            "public_url": proxy.public_url.as_str(),
        }));
        match front {
            Front::Banner(text) if settings.log.format == LogFormat::Text => {
                output::say(&text(proxy.public_url.as_str()));
            }
            Front::Banner(_) | Front::Plain => {}
        }
        tracing::info!(
            proxy = proxy.name,
            upstream = banner::origin(proxy.upstream.url()),
            "listening on {url}"
        );
    }
}

/// Starts the admin listener, when there is one, and tells its address.
fn admin(
    settings: &Settings,
    readiness: &Readiness,
    proxies: &Arc<Vec<ComposedProxy>>,
    stop: CancellationToken,
) -> Result<Option<std::net::SocketAddr>, RunError> {
    let Some(section) = &settings.admin else {
        return Ok(None);
    };
    let listener = Server::bind(section.address.0.0)?;
    let address = listener.local_addr()?;
    let admin = Admin::new(readiness.clone(), Arc::clone(proxies));
    let service = service_fn(move |request| admin.clone().answer(request));
    let server = Server::new()
        .max_connections(ADMIN_CONNECTIONS)
        .header_timeout(Duration::from_secs(10))
        .drain_timeout(Duration::from_secs(1));
    tokio::spawn(async move {
        server
            .serve(listener, service, stop.cancelled_owned())
            .await
    });
    Ok(Some(address))
}

/// Tries an upstream once, so that a mistake shows at the start and not at the first request.
async fn greet(proxy: ComposedProxy) {
    let exchange = probe::knock(proxy.upstream).await;
    proxy.health.learn(&exchange);
    match exchange.refusal() {
        Some(refusal) => tracing::warn!(
            proxy = proxy.name,
            reason = refusal.reason(),
            "upstream `{}` does not answer yet: {} (each request tries again)",
            proxy.name,
            refusal.message()
        ),
        None => tracing::info!(proxy = proxy.name, "upstream `{}` answers", proxy.name),
    }
}

fn open(destination: &Destination) -> Result<Option<JsonLines>, RunError> {
    match destination {
        Destination::Off => Ok(None),
        Destination::Stdout => Ok(Some(JsonLines::stdout()?)),
        Destination::File(path) => match JsonLines::file(path) {
            Ok(log) => Ok(Some(log)),
            Err(source) => Err(RunError::Log {
                path: path.display().to_string(),
                source,
            }),
        },
    }
}

/// Waits for the last lines of the exchange log.
async fn finish(log: JsonLines) {
    let lost = log.dropped();
    let flushed = tokio::task::spawn_blocking(move || log.flush(FLUSH)).await;
    if lost > 0 || !matches!(flushed, Ok(true)) {
        tracing::warn!(lost, "the exchange log is not complete");
    }
}
