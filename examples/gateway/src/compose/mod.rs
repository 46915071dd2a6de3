//! From settings to services: one gateway for each proxy, each under its path.
//!
//! What was composed before is used again where its part of the configuration is what it was, so that
//! a reload leaves the connections, places and streams of untouched proxies alone.

mod changes;
mod error;
mod front;
mod key_store;
mod pepper_watch;
mod plans;
mod policy;
mod proxy;
mod relays;
mod resource;
mod rights;
mod stray_keys;
mod summary;
mod tokens;

pub(crate) use self::key_store::{OpenError, look as look_at_keys, open as open_keys};
pub(crate) use self::{
    changes::Changes, error::ComposeError, proxy::ComposedProxy, relays::Relayed,
    stray_keys::stray_keys,
};

use std::net::SocketAddr;

use tollbar::{
    GatewayService, Routes,
    plan::{FailedAttempts, SessionSecret},
};

use self::{
    front::Front, key_store::OpenKeys, plans::Doors, relays::Relays, rights::Rights, tokens::Tokens,
};
use crate::{
    config::{PlanType, ProxySettings, SessionSettings, Settings},
    records::Records,
};

/// Composes gateways for one listener, and holds what outlives a configuration.
#[derive(Debug)]
pub(crate) struct Composer {
    listening: SocketAddr,
    records: Records,
    /// For configurations that have none of their own.
    random: SessionSecret,
    attempts: FailedAttempts,
    kept: Kept,
    /// What was told of keys already.
    told: Vec<String>,
}

/// The gateway behind one listener, composed and not yet running.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) routes: Routes<GatewayService>,
    pub(crate) proxies: Vec<ComposedProxy>,
    pub(crate) changes: Changes,
    pub(crate) kept: Kept,
}

/// What the next configuration finds of this one.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    keys: Option<OpenKeys>,
    tokens: Tokens,
    relays: Relays,
    rights: Rights,
}

impl Composer {
    /// For a listener that got this address. Events go to these records.
    pub(crate) fn new(listening: SocketAddr, records: Records) -> Result<Self, ComposeError> {
        Ok(Self {
            listening,
            records,
            random: SessionSecret::generate()?,
            attempts: FailedAttempts::new(),
            kept: Kept::default(),
            told: Vec::new(),
        })
    }

    /// Composes a gateway, with what still fits of the one that runs. That one is not changed.
    pub(crate) async fn compose(
        &self,
        settings: &Settings,
        running: &[ComposedProxy],
    ) -> Result<Composed, ComposeError> {
        let relays = self.kept.relays.next(settings, self.listening)?;
        let front = Front::new(settings, self.listening, &self.records, relays.clone())?;
        let before = |proxy: &ProxySettings| {
            let mut running = running.iter();
            running.find(|before| before.name == proxy.name())
        };
        let ends = |proxy: &ProxySettings| front.transition(proxy, before(proxy)).ends_streams();
        let kept = Kept {
            keys: self.keys(settings).await?,
            tokens: self.kept.tokens.next(settings, self.listening)?,
            relays,
            rights: self.kept.rights.next(settings, ends),
        };
        let doors = Doors {
            keys: kept.keys.as_ref(),
            tokens: &kept.tokens,
            rights: &kept.rights,
            attempts: self.attempts(settings),
            secret: self.secret(&settings.session)?,
        };
        let mut routes = Routes::new().analytics(self.records.sinks());
        let mut changes = Changes::default();
        let mut proxies = Vec::with_capacity(settings.proxies.len());
        for proxy in &settings.proxies {
            let before = before(proxy);
            let composed = front.compose(proxy, before, &doors)?;
            routes = routes.mount(proxy.section.path.as_str(), composed.service.clone())?;
            changes.note(before, &composed);
            proxies.push(composed);
        }
        for (path, proxy) in resource::places(&proxies) {
            routes = routes.mount(path, proxy.service.clone())?;
        }
        changes.note_removed(running, &proxies);
        Ok(Composed {
            routes,
            proxies,
            changes,
            kept,
        })
    }

    /// What was composed runs now: rights that are not in it end, and with them their streams.
    pub(crate) fn commit(&mut self, kept: Kept) {
        let earlier = std::mem::replace(&mut self.kept, kept);
        earlier.rights.end_all_but(&self.kept.rights);
        if let Some(keys) = earlier.keys
            && !self.kept.keys.as_ref().is_some_and(|kept| kept.is(&keys))
        {
            tokio::spawn(keys.finish());
        }
    }

    /// Tells of keys that open what is not among these proxies, unless that was told before.
    pub(crate) async fn tell_of_keys(&mut self, proxies: &[ComposedProxy]) {
        let Some(keys) = &self.kept.keys else { return };
        // What is wrong with the file is told by whoever follows it.
        let Ok(records) = keys.records().await else {
            return;
        };
        let names = proxies.iter().map(|proxy| proxy.name.as_str());
        let lines = stray_keys(&records, names);
        for line in lines.iter().filter(|line| !self.told.contains(line)) {
            tracing::warn!("{line}");
        }
        self.told = lines;
    }

    /// Writes down what is not yet written.
    pub(crate) async fn finish(self) {
        if let Some(keys) = self.kept.keys {
            keys.finish().await;
        }
    }

    /// The keys that plans look at, when one does.
    async fn keys(&self, settings: &Settings) -> Result<Option<OpenKeys>, ComposeError> {
        let mut plans = settings.proxies.iter().flat_map(|proxy| &proxy.plans);
        if !plans.any(|plan| plan.section.kind == PlanType::Key) {
            return Ok(None);
        }
        match &self.kept.keys {
            Some(keys) if keys.fit(&settings.keys) => Ok(Some(keys.clone())),
            _ => Ok(Some(OpenKeys::open(&settings.keys).await?)),
        }
    }

    /// The limit on failed attempts. The count goes on under other bounds.
    fn attempts(&self, settings: &Settings) -> FailedAttempts {
        let section = &settings.listener.failed_attempts;
        let addresses = usize::try_from(section.addresses.get()).unwrap_or(usize::MAX);
        self.attempts
            .clone()
            .burst(section.burst.get())
            .per(section.per.0)
            .addresses(addresses)
    }

    fn secret(&self, settings: &SessionSettings) -> Result<SessionSecret, ComposeError> {
        match &settings.secret {
            Some(secret) => Ok(SessionSecret::new(secret.expose().as_bytes())?),
            None => Ok(self.random.clone()),
        }
    }
}
