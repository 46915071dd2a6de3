//! Putting a new configuration in the place of the old one.

use std::sync::Arc;

use tokio::{sync::watch, task::spawn_blocking};
use tokio_util::sync::CancellationToken;
use tollbar::{Current, GatewayService, Routes};

use super::{Hangup, Origin, Stamps, change::changed, words::tell};
use crate::{
    authserver::Examined,
    banner,
    compose::{Changes, ComposeError, ComposedProxy, Composer},
    config::{Fixed, LogFormat, Settings, TlsSettings, Verdict},
    readiness::{Configuration, Live},
    records::Records,
    run::{ExaminedRelays, announce, greet},
};

/// What serves, and can be replaced while it does.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) composer: Composer,
    pub(crate) examined: Examined,
    pub(crate) relays: ExaminedRelays,
    pub(crate) current: Current<Routes<GatewayService>>,
    pub(crate) live: watch::Sender<Live>,
    pub(crate) records: Records,
    pub(crate) tls: Option<TlsSettings>,
}

/// Puts new configurations in the place of what serves.
#[derive(Debug)]
pub(crate) struct Reloader {
    running: Running,
    fixed: Fixed,
    format: LogFormat,
}

impl Reloader {
    /// For what serves under these settings.
    pub(crate) fn new(running: Running, settings: &Settings) -> Self {
        Self {
            running,
            fixed: Fixed::of(settings),
            format: settings.log.format,
        }
    }

    /// Follows a configuration that was read when its files were in this state, until it is told to
    /// stop. Gives back what serves.
    pub(crate) async fn follow(
        mut self,
        origin: Origin,
        mut stamps: Stamps,
        mut hangup: Hangup,
        stop: CancellationToken,
    ) -> Running {
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.running,
                () = hangup.next() => {
                    tracing::info!("SIGHUP: the configuration is read again");
                    self.running.records.reopen();
                }
                () = changed(&stamps) => {
                    tracing::info!("the configuration, or a file that it refers to, has changed");
                }
            }
            let (origin, fixed) = (origin.clone(), self.fixed.clone());
            let reading = spawn_blocking(move || origin.read_again(&fixed, &stamps)).await;
            let Ok(reading) = reading else {
                // The runtime ends.
                return self.running;
            };
            stamps = reading.stamps;
            let state = match self.reload(reading.verdict).await {
                Some(changes) => {
                    tracing::info!("reloaded: {changes}");
                    Configuration::Applied
                }
                None => Configuration::Refused,
            };
            let live = &self.running.live;
            live.send_modify(|live| live.configuration = Some(state));
        }
    }

    /// Applies a configuration, or says why not.
    async fn reload(&mut self, verdict: Verdict) -> Option<Changes> {
        tell(&verdict, self.format);
        if !verdict.pending.is_empty() {
            let keys: Vec<String> = verdict
                .pending
                .iter()
                .map(|key| format!("`{key}`"))
                .collect();
            tracing::warn!(
                "changed, and in effect after a restart only: {}",
                keys.join(", ")
            );
        }
        let (errors, warnings) = verdict.count();
        let Some(settings) = verdict.settings else {
            tracing::error!(
                "the new configuration is refused ({}): the old one stays",
                banner::count(errors, warnings)
            );
            return None;
        };
        let fixed = Fixed::of(&settings);
        match self.running.apply(settings).await {
            Ok(changes) => {
                // Of what cannot go, such as TLS as a whole, the next one keeps what runs now.
                self.fixed = fixed;
                Some(changes)
            }
            Err(error) => {
                tracing::error!("the new configuration is refused ({error}): the old one stays");
                None
            }
        }
    }
}

impl Running {
    /// Applies settings as a whole, or not at all.
    async fn apply(&mut self, settings: Settings) -> Result<Changes, ComposeError> {
        let before = Arc::clone(&self.live.borrow().proxies);
        let composed = self.composer.compose(&settings, &before).await?;
        self.current.replace(composed.routes);
        composed.proxies.iter().for_each(ComposedProxy::commit);
        self.examined.follow(&settings);
        if let (Some(running), Some(new)) = (&mut self.tls, settings.tls)
            && running.fingerprint != new.fingerprint
        {
            running.tls.replace(new.tls);
            running.fingerprint = new.fingerprint;
            tracing::info!("the listener's certificate and authorities are replaced");
        }
        for proxy in &composed.proxies {
            let known = before.iter().find(|known| known.name == proxy.name);
            if !known.is_some_and(|known| known.is_found_like(proxy)) {
                announce(proxy);
            }
            if !known.is_some_and(|known| known.has_upstream_of(proxy)) {
                tokio::spawn(greet(proxy.clone()));
            }
        }
        self.relays.follow(&composed.proxies);
        let proxies = Arc::new(composed.proxies);
        let live = Arc::clone(&proxies);
        self.live.send_modify(|it| it.proxies = live);
        // Last, so that whoever is cut off and comes back finds the new plans.
        self.composer.commit(composed.kept);
        self.composer.tell_of_keys(&proxies).await;
        Ok(composed.changes)
    }
}
