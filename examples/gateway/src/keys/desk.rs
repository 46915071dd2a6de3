//! Where keys are given out: keys, and the proxies that they open.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::task::spawn_blocking;
use tollbar::plan::key::{FileStore, Key, Keys};

use super::{arguments::PlaceArguments, error::KeysError, place::KeyPlace};
use crate::{
    config::{
        Environment, Overrides, PlanType, ProxySettings, Secrets, Settings, Verdict, nearest,
    },
    output,
};

/// The configuration that is looked for when none is named.
const USUAL: &str = "gateway.toml";

/// Names it too.
const VARIABLE: &str = "TOLLBAR_CONFIG";

/// Keys, and the proxies that they open.
pub(super) struct Desk {
    pub(super) keys: Keys<FileStore>,
    place: Arc<KeyPlace>,
    /// `None` without a configuration: nobody knows.
    proxies: Option<Vec<ProxySettings>>,
}

/// What for keys are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To make one: files that are missing are made too.
    Make,
    /// For all else. Makes no file.
    Look,
}

impl Desk {
    /// Opens the keys of a key file or of a configuration.
    pub(super) async fn open(asked: PlaceArguments, purpose: Purpose) -> Result<Self, KeysError> {
        let (place, proxies) = match (asked.file, asked.config, asked.pepper_file) {
            (Some(_), Some(_), _) => return Err(KeysError::TwoPlaces),
            (None, _, Some(_)) => return Err(KeysError::PepperAlone),
            (Some(keys), None, pepper) => (KeyPlace::files(keys, pepper), None),
            (None, config, None) => {
                let settings = configured(config)?;
                (KeyPlace::Configured(settings.keys), Some(settings.proxies))
            }
        };
        let place = Arc::new(place);
        let opened = Arc::clone(&place);
        let keys = spawn_blocking(move || match purpose {
            Purpose::Make => opened.open(),
            Purpose::Look => opened.look(),
        });
        Ok(Self {
            keys: keys.await??,
            place,
            proxies,
        })
    }

    /// Whether all of these may be proxies: of the configuration, if there is one.
    pub(super) fn check(&self, names: &[String]) -> Result<(), KeysError> {
        if names.iter().any(|name| Key::may_stand_in(name)) {
            return Err(KeysError::Secret);
        }
        let known = || self.proxies().map(ProxySettings::name);
        let Some(unknown) = names.iter().find(|name| self.lacks(name)) else {
            return Ok(());
        };
        let listed: Vec<String> = known().map(|name| format!("`{name}`")).collect();
        Err(KeysError::UnknownProxy {
            near: nearest(unknown, known()).map(str::to_owned),
            name: unknown.clone(),
            known: listed.join(", "),
        })
    }

    /// Whether it is known that there is no proxy of this name.
    pub(super) fn lacks(&self, name: &str) -> bool {
        let proxies = self.proxies.as_ref();
        proxies.is_some_and(|proxies| proxies.iter().all(|proxy| proxy.name() != name))
    }

    /// Those of the configuration, in its order.
    pub(super) fn proxies(&self) -> impl Iterator<Item = &ProxySettings> {
        self.proxies.iter().flatten()
    }

    /// How old a last use may be that is not written down yet.
    pub(super) fn uses_interval(&self) -> Duration {
        self.place.uses_interval()
    }

    /// The key file.
    pub(super) fn path(&self) -> &Path {
        self.place.path()
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

/// The configuration that is named, by the environment if not by an argument, or the usual one.
fn configured(asked: Option<PathBuf>) -> Result<Settings, KeysError> {
    let named = || env::var_os(VARIABLE).filter(|path| *path != OsString::new());
    let usual = || Some(PathBuf::from(USUAL)).filter(|path| path.exists());
    let path = asked.or_else(|| named().map(PathBuf::from)).or_else(usual);
    let path = path.ok_or(KeysError::NoConfiguration)?;
    read(&path).ok_or(KeysError::BadConfiguration(path))
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
