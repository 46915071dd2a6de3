//! What the command line asks for.

use std::{net::SocketAddr, path::Path, process::ExitCode};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollbar::Server;

use crate::{
    acl, authserver, banner, check,
    cli::{Cli, Command, Config, LogFlags, Run},
    config::{
        self, Environment, File, ListenAddress, LogFormat, ProxyName, RoutePath, Settings,
        UpstreamUrl, Verdict,
    },
    demo, keys, log, logs, output, relay,
    reload::Origin,
    run::{self, End, Front, RunError},
};

/// Ports that are tried for the demo, from 8080 on, before any free one is taken.
const DEMO_PORTS: u16 = 20;

/// Does what is asked for.
pub(crate) async fn start(cli: Cli) -> ExitCode {
    let ended = match cli.command {
        Some(Command::Config(Config::Check { file, offline, log })) => {
            log::start(&log.filter(), log.format.unwrap_or_default());
            return check::check(&file, offline).await;
        }
        Some(Command::Config(Config::Schema)) => {
            output::print(&format!("{:#}\n", config::schema()));
            return ExitCode::SUCCESS;
        }
        Some(Command::Config(Config::Example)) => {
            output::print(config::EXAMPLE);
            return ExitCode::SUCCESS;
        }
        Some(Command::Keys(arguments)) => return keys::run(arguments).await,
        Some(Command::Acl(arguments)) => return acl::run(arguments).await,
        Some(Command::Authserver(arguments)) => return authserver::run(arguments).await,
        Some(Command::Relay(arguments)) => return relay::run(arguments).await,
        Some(Command::Logs(arguments)) => return logs::run(arguments).await,
        Some(Command::Demo { listen, log }) => demo_alone(*listen, &log).await.map(Some),
        None => match (cli.run.configuration(), &cli.run.upstream) {
            (Some(path), _) => configured(&path, &cli.run).await,
            (None, Some(url)) => single(&url.0, &cli.run).await,
            (None, None) => demo_behind_gateway(&cli.run).await,
        },
    };
    match ended {
        Ok(Some(end)) => end.into(),
        Ok(None) => ExitCode::FAILURE,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// The gateway of a configuration. `None` when that has errors, which are said already.
async fn configured(path: &Path, run: &Run) -> Result<Option<End>, RunError> {
    let origin = Origin::new(path, run.overrides());
    let reading = origin.read();
    let Some(settings) = settle(reading.verdict) else {
        return Ok(None);
    };
    let listener = Server::bind(settings.listener.address.0.0)?;
    let followed = Some((origin, reading.stamps));
    run::run(&settings, listener, Front::Plain, followed)
        .await
        .map(Some)
}

/// The gateway in front of one server.
async fn single(url: &UpstreamUrl, run: &Run) -> Result<Option<End>, RunError> {
    let file = File::single(ProxyName::fixed("mcp"), path(run), url.clone());
    let Some(settings) = settle(of_flags(file, run)) else {
        return Ok(None);
    };
    let listener = Server::bind(settings.listener.address.0.0)?;
    run::run(&settings, listener, Front::Banner(banner::single), None)
        .await
        .map(Some)
}

/// The demo server, and the gateway in front of it.
async fn demo_behind_gateway(run: &Run) -> Result<Option<End>, RunError> {
    let upstream = Server::bind(ListenAddress::loopback(0).0)?;
    let address = upstream.local_addr()?;
    let file = File::single(
        ProxyName::fixed("demo"),
        path(run),
        UpstreamUrl::local(address)?,
    );
    let Some(settings) = settle(of_flags(file, run)) else {
        return Ok(None);
    };
    let wanted = settings.listener.address.0.0;
    let listener = if run.listens_by_choice() {
        Server::bind(wanted)?
    } else {
        bind_near(wanted)?
    };
    let stop = CancellationToken::new();
    let serving = tokio::spawn(demo::serve(upstream, stop.clone().cancelled_owned()));
    let banner = match Path::new(banner::USUAL).exists() {
        true => banner::demo_beside_configuration,
        false => banner::demo,
    };
    let ended = run::run(&settings, listener, Front::Banner(banner), None).await;
    stop.cancel();
    if let Ok(End::Orderly) = ended {
        // It has nobody to serve any more; a failure now changes nothing.
        let _ = serving.await;
    }
    ended.map(Some)
}

/// The demo server alone.
async fn demo_alone(listen: ListenAddress, flags: &LogFlags) -> Result<End, RunError> {
    if !listen.is_loopback() {
        return Err(RunError::DemoReachable(listen));
    }
    log::start(&flags.filter(), flags.format.unwrap_or_default());
    let listener = Server::bind(listen.0)?;
    run::demo(listener).await
}

/// The path that was asked for, or the usual one.
fn path(run: &Run) -> RoutePath {
    run.path.as_deref().cloned().unwrap_or_default()
}

fn of_flags(file: File, run: &Run) -> Verdict {
    Verdict::of_flags(file, &run.overrides(), &Environment::beside(None))
}

/// Says what is wrong, and starts the log when nothing keeps the gateway from running.
fn settle(verdict: Verdict) -> Option<Settings> {
    let (errors, warnings) = verdict.count();
    let json = verdict
        .settings
        .as_ref()
        .is_some_and(|settings| settings.log.format == LogFormat::Json);
    // A log in JSON stays JSON: warnings go through it, below.
    if errors > 0 || (warnings > 0 && !json) {
        output::say(&verdict.to_string());
    }
    if errors > 0 {
        output::say(&format!("{}\n", banner::count(errors, warnings)));
    }
    let messages = verdict.warnings();
    let settings = verdict.settings?;
    log::start(&settings.log.filter, settings.log.format);
    if json {
        for message in messages {
            tracing::warn!("{message}");
        }
    }
    Some(settings)
}

/// A listener at this address, or at the next port that is free.
fn bind_near(wanted: SocketAddr) -> Result<TcpListener, RunError> {
    let taken = match Server::bind(wanted) {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    let next = (1..DEMO_PORTS).filter_map(|step| wanted.port().checked_add(step));
    for port in next.chain([0]) {
        if let Ok(listener) = Server::bind(SocketAddr::new(wanted.ip(), port)) {
            let (port, address) = (wanted.port(), listener.local_addr()?);
            output::say(&format!(
                "port {port} is taken: the gateway listens on {address} instead (choose with \
                 `--listen`)\n"
            ));
            return Ok(listener);
        }
    }
    Err(taken.into())
}
