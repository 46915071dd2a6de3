//! Where keys are given out: a configuration and its keys.

use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;
use tollbar::plan::key::{FileStore, Keys};

use super::error::KeysError;
use crate::{
    compose::open_keys,
    config::{
        Environment, Overrides, PlanType, ProxySettings, Secrets, Settings, Verdict, nearest,
    },
    output,
};

/// The configuration that is looked for when none is named.
const USUAL: &str = "gateway.toml";

/// A configuration and its keys.
pub(super) struct Desk {
    pub(super) keys: Keys<FileStore>,
    proxies: Vec<ProxySettings>,
}

impl Desk {
    /// Opens the keys of a configuration.
    pub(super) async fn open(config: Option<PathBuf>) -> Result<Self, KeysError> {
        let usual = || Some(PathBuf::from(USUAL)).filter(|path| path.exists());
        let path = config.or_else(usual).ok_or(KeysError::NoConfiguration)?;
        let settings = read(&path).ok_or(KeysError::BadConfiguration(path))?;
        let keys = settings.keys;
        let (store, pepper) = spawn_blocking(move || open_keys(&keys)).await??;
        Ok(Self {
            keys: Keys::new(store, pepper),
            proxies: settings.proxies,
        })
    }

    /// Whether all of these are proxies of the configuration.
    pub(super) fn check(&self, names: &[String]) -> Result<(), KeysError> {
        let known = || self.proxies.iter().map(ProxySettings::name);
        let Some(unknown) = names
            .iter()
            .find(|name| known().all(|known| known != **name))
        else {
            return Ok(());
        };
        let listed: Vec<String> = known().map(|name| format!("`{name}`")).collect();
        Err(KeysError::UnknownProxy {
            near: nearest(unknown, known()).map(str::to_owned),
            name: unknown.clone(),
            known: listed.join(", "),
        })
    }

    pub(super) fn proxies(&self) -> impl Iterator<Item = &ProxySettings> {
        self.proxies.iter()
    }
}

/// The header in which a proxy looks for keys; `None` when it has no key plan.
pub(super) fn header(proxy: &ProxySettings) -> Option<String> {
    let mut plans = proxy.plans.iter();
    let plan = plans.find(|plan| plan.section.kind == PlanType::Key)?;
    let header = plan.section.header.as_ref();
    Some(header.map_or_else(
        || "authorization".to_owned(),
        |header| header.0.0.to_string(),
    ))
}

/// Reads a configuration for the sake of its keys. What is wrong is said; what is no more than
/// doubtful has been said when the gateway was started, and secrets of the upstreams may be where
/// this process cannot read them.
fn read(path: &Path) -> Option<Settings> {
    let overrides = Overrides {
        allow_unauthenticated: true,
        ..Overrides::default()
    };
    let environment = Environment::beside(Some(path)).secrets(Secrets::Optional);
    let verdict = Verdict::of_file(path, &overrides, &environment);
    if verdict.settings.is_none() {
        output::say(&verdict.to_string());
    }
    verdict.settings
}
