//! The keys that all key plans look at.

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::{
    task::{AbortHandle, JoinError, spawn_blocking},
    time::timeout,
};
use tollbar::plan::key::{
    FileStore, KeyFileError, KeyPlan, KeyRecord, KeyStore as _, Pepper, PepperError, StoreError,
};

use super::pepper_watch::watch;
use crate::config::{Fingerprint, KeySettings, PepperSource};

/// How long the last uses may take to be written.
const PATIENCE: Duration = Duration::from_secs(5);

/// A key file that is followed.
#[derive(Clone, Debug)]
pub(super) struct OpenKeys {
    store: FileStore,
    pepper: Pepper,
    fingerprint: Fingerprint,
    following: Arc<Following>,
}

/// Ends with the last clone.
#[derive(Debug)]
struct Following(AbortHandle);

/// Why a key file cannot be opened.
#[derive(Debug, Error)]
pub(crate) enum OpenError {
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error("the pepper of `[keys]` cannot be used: {0}")]
    Pepper(#[from] PepperError),
    #[error("the pepper of `[keys]` is not there: set what `keys.pepper` refers to")]
    NoPepper,
    #[error("the key file was not read: {0}")]
    Broken(#[from] JoinError),
}

impl OpenKeys {
    /// Opens the key file and follows it.
    pub(super) async fn open(settings: &KeySettings) -> Result<Self, OpenError> {
        let reading = settings.clone();
        let (store, pepper) = spawn_blocking(move || open(&reading)).await??;
        if !settings.file.exists() {
            tracing::warn!(
                "there is no key file `{}`: no key works until one is made with `tollbar-gateway \
                 keys create --name NAME --proxy PROXY`",
                settings.file.display()
            );
        }
        let following = store.clone().follow();
        let following = match &settings.pepper {
            PepperSource::File(path) => {
                let watching = watch(path.clone(), pepper.clone());
                tokio::spawn(async { tokio::join!(following, watching).0 })
            }
            PepperSource::Given(_) | PepperSource::Missing => tokio::spawn(following),
        };
        let following = following.abort_handle();
        Ok(Self {
            store,
            pepper,
            fingerprint: settings.fingerprint,
            following: Arc::new(Following(following)),
        })
    }

    /// Whether these are the keys of these settings.
    pub(super) fn fit(&self, settings: &KeySettings) -> bool {
        self.fingerprint == settings.fingerprint
    }

    /// Whether both are the same open file.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.following, &other.following)
    }

    /// What is known of all keys.
    pub(super) async fn records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.list().await
    }

    /// A plan for these keys.
    pub(super) fn plan(&self) -> KeyPlan<FileStore> {
        KeyPlan::new(self.store.clone(), self.pepper.clone())
    }

    /// Writes down when keys were last used, as far as it is not written yet.
    pub(super) async fn finish(self) {
        let problem = match timeout(PATIENCE, self.store.flush()).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("this takes longer than {PATIENCE:?}"),
        };
        tracing::warn!("the last uses of keys are not written down: {problem}");
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Opens the key file of a configuration, with its pepper. Blocks.
pub(crate) fn open(settings: &KeySettings) -> Result<(FileStore, Pepper), OpenError> {
    let (store, pepper) = match &settings.pepper {
        PepperSource::Given(secret) => {
            let pepper = Pepper::new(secret.expose())?;
            (FileStore::open(&settings.file, &pepper)?, pepper)
        }
        PepperSource::File(path) => FileStore::open_with_pepper_file(&settings.file, path)?,
        PepperSource::Missing => return Err(OpenError::NoPepper),
    };
    let store = store
        .poll_interval(settings.poll_interval)
        .uses_interval(settings.last_used_interval);
    Ok((store, pepper))
}

/// Opens the key file of a configuration to look at it, and makes nothing. `None` when there is
/// neither a key nor a pepper yet, or the pepper is not there and need not be. Blocks.
pub(crate) fn look(settings: &KeySettings) -> Result<Option<FileStore>, OpenError> {
    match &settings.pepper {
        PepperSource::Given(secret) => {
            let pepper = Pepper::new(secret.expose())?;
            Ok(Some(FileStore::open(&settings.file, &pepper)?))
        }
        PepperSource::File(path) => {
            let looked = FileStore::look(&settings.file, path)?;
            Ok(looked.map(|(store, _)| store))
        }
        PepperSource::Missing => Ok(None),
    }
}
