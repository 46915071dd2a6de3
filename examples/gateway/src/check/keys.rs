//! Whether the keys can be used.

use tokio::task::spawn_blocking;
use tollbar::plan::key::{KeyFileError, KeyRecord, KeyStore as _, StoreError};

use crate::{
    acl::stray_rule_keys,
    compose::{OpenError, look_at_keys, stray_keys},
    config::{PlanType, ProxySettings, Settings, Verdict},
};

/// Looks at the keys of a configuration, where a plan asks for some, and adds what is wrong. Makes
/// nothing: neither a key file nor a pepper.
///
/// Offline, what may only be missing here is no error.
pub(super) async fn check(settings: &Settings, offline: bool, verdict: &mut Verdict) {
    let mut plans = settings.proxies.iter().flat_map(|proxy| &proxy.plans);
    if !plans.any(|plan| plan.section.kind == PlanType::Key) {
        return;
    }
    let records = match look(settings).await {
        Ok(records) => records,
        Err(Unusable::Open(error)) if offline && is_elsewhere(&error) => {
            return verdict.add_warning(&error.to_string());
        }
        Err(Unusable::Open(error)) => return verdict.add_error(&error.to_string()),
        Err(Unusable::Read(error)) => return verdict.add_error(&error.to_string()),
    };
    let names = settings.proxies.iter().map(ProxySettings::name);
    for line in stray_keys(&records, names) {
        verdict.add_warning(&line);
    }
    // Elsewhere, others may be there.
    if !offline {
        for proxy in &settings.proxies {
            for line in proxy
                .acl
                .iter()
                .flat_map(|acl| stray_rule_keys(acl, &records))
            {
                verdict.add_warning(&format!("proxy `{}`: {line}", proxy.name()));
            }
        }
    }
}

/// Why keys cannot be used.
enum Unusable {
    Open(OpenError),
    Read(StoreError),
}

async fn look(settings: &Settings) -> Result<Vec<KeyRecord>, Unusable> {
    let keys = settings.keys.clone();
    let looked = spawn_blocking(move || look_at_keys(&keys)).await;
    let looked = looked.map_err(OpenError::from).map_err(Unusable::Open)?;
    match looked.map_err(Unusable::Open)? {
        Some(store) => store.list().await.map_err(Unusable::Read),
        None => Ok(Vec::new()),
    }
}

/// Whether this may hold only where the file is checked, and not where it runs.
fn is_elsewhere(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::File(KeyFileError::PepperMissing { .. } | KeyFileError::Access { .. })
    )
}
