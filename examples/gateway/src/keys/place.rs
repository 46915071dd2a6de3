//! Where keys stand, and how they are opened there.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use tollbar::plan::key::{FileStore, Keys, Pepper};

use super::error::KeysError;
use crate::{
    compose::{OpenError, open_keys},
    config::{KeySettings, PepperSource},
};

/// How old a last use may be that is not written down, where no configuration says so: the default
/// of [`FileStore::uses_interval`].
const USES_INTERVAL: Duration = Duration::from_secs(60);

/// Where keys stand.
#[derive(Debug)]
pub(super) enum KeyPlace {
    /// Where a configuration says.
    Configured(KeySettings),
    /// In a file, its pepper in another.
    Files { keys: PathBuf, pepper: PathBuf },
}

impl KeyPlace {
    /// A key file, and where its pepper is unless that is said: beside it.
    pub(super) fn files(keys: PathBuf, pepper: Option<PathBuf>) -> Self {
        let beside = || {
            let mut path = OsString::from(&keys);
            path.push(".pepper");
            path.into()
        };
        let pepper = pepper.unwrap_or_else(beside);
        Self::Files { keys, pepper }
    }

    /// The keys, to make one: files that are missing are made with it. Blocks.
    pub(super) fn open(&self) -> Result<Keys<FileStore>, KeysError> {
        let (store, pepper) = match self {
            Self::Configured(settings) => open_keys(settings)?,
            Self::Files { keys, pepper } => {
                FileStore::open_with_pepper_file(keys, pepper).map_err(OpenError::from)?
            }
        };
        Ok(Keys::new(store, pepper))
    }

    /// The keys, to look at them or to change what is there. Makes no file: whoever looks may be
    /// another user than the gateway, who could not read what is made here. Blocks.
    pub(super) fn look(&self) -> Result<Keys<FileStore>, KeysError> {
        let (keys, pepper) = match self {
            Self::Configured(settings) => match &settings.pepper {
                PepperSource::File(pepper) => (&settings.file, pepper),
                PepperSource::Given(_) | PepperSource::Missing => return self.open(),
            },
            Self::Files { keys, pepper } => (keys, pepper),
        };
        let found = FileStore::look(keys, pepper).map_err(OpenError::from)?;
        let (store, pepper) = match found {
            Some(found) => found,
            // There is no key, and none can be made with a pepper that nobody knows: should one be
            // made elsewhere meanwhile, the store sees another pepper.
            None => {
                let pepper = Pepper::generate().map_err(KeysError::NoRandomness)?;
                let store = FileStore::open(keys, &pepper).map_err(OpenError::from)?;
                (store, pepper)
            }
        };
        Ok(Keys::new(store, pepper))
    }

    /// How old a last use may be that is not written down.
    pub(super) const fn uses_interval(&self) -> Duration {
        match self {
            Self::Configured(settings) => settings.last_used_interval,
            Self::Files { .. } => USES_INTERVAL,
        }
    }

    /// The key file.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Configured(settings) => &settings.file,
            Self::Files { keys, .. } => keys,
        }
    }
}
