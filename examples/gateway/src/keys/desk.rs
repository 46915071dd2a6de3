//! Where keys are given out: keys, and the proxies that they open.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::task::spawn_blocking;
use tollbar::plan::key::{FileStore, Key, Keys};

use super::{arguments::PlaceArguments, error::KeysError, place::KeyPlace};
use crate::{
    config::{PlanType, ProxySettings, Secrets, nearest},
    configuration,
};

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
                let settings = configuration::find(config, Secrets::Optional)?;
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
