//! What is asked for when a key is made or changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use super::{KeyRecord, Proxies, Timestamp};

/// A key that is to be made.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tollbar_plan::key::NewKey;
///
/// let in_90_days = SystemTime::now() + Duration::from_secs(90 * 24 * 60 * 60);
/// let key = NewKey::new("ci").proxy("mock").owner("build team").expires(in_90_days);
/// assert_eq!(key.name(), "ci");
/// ```
#[derive(Clone, Debug)]
pub struct NewKey {
    name: String,
    owner: Option<String>,
    proxies: Proxies,
    scopes: BTreeSet<String>,
    metadata: BTreeMap<String, String>,
    expires: Option<SystemTime>,
}

impl NewKey {
    /// A key of this name that opens nothing yet: it needs [`proxy`](Self::proxy) or
    /// [`all_proxies`](Self::all_proxies).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            owner: None,
            proxies: Proxies::default(),
            scopes: BTreeSet::new(),
            metadata: BTreeMap::new(),
            expires: None,
        }
    }

    /// Opens the proxy of this name too.
    #[must_use]
    pub fn proxy(mut self, name: impl Into<String>) -> Self {
        if let Proxies::Named(names) = &mut self.proxies {
            names.insert(name.into());
        }
        self
    }

    /// Opens all proxies, those of the future too.
    #[must_use]
    pub fn all_proxies(mut self) -> Self {
        self.proxies = Proxies::All;
        self
    }

    /// Sets on whose behalf it acts.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Grants this scope too.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.insert(scope.into());
        self
    }

    /// Notes something down.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// Sets when it ends by itself, cut to whole seconds. Default: never.
    #[must_use]
    pub fn expires(mut self, time: SystemTime) -> Self {
        self.expires = Some(Timestamp::from(time).time());
        self
    }

    /// What it will be called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn apply(self, record: &mut KeyRecord) {
        record.name = self.name;
        record.owner = self.owner;
        record.proxies = self.proxies;
        record.scopes = self.scopes;
        record.metadata = self.metadata;
        record.expires = self.expires;
    }
}

/// What is to change about a key. What is not said stays.
#[derive(Clone, Debug, Default)]
pub struct KeyChange {
    name: Option<String>,
    owner: Change<String>,
    proxies: Option<Proxies>,
    scopes: Option<BTreeSet<String>>,
    metadata: BTreeMap<String, Option<String>>,
    expires: Change<SystemTime>,
}

/// What is to become of a value that may be missing.
#[derive(Clone, Debug, Default)]
enum Change<T> {
    #[default]
    Stays,
    Becomes(Option<T>),
}

impl<T> Change<T> {
    fn apply(&self, value: &mut Option<T>)
    where
        T: Clone,
    {
        if let Self::Becomes(new) = self {
            value.clone_from(new);
        }
    }
}

impl KeyChange {
    /// No change.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls it by another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the owner, or that it has none.
    #[must_use]
    pub fn owner(mut self, owner: Option<String>) -> Self {
        self.owner = Change::Becomes(owner);
        self
    }

    /// Sets which proxies it opens: these and no others.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Some(proxies);
        self
    }

    /// Sets what it is granted: these scopes and no others.
    #[must_use]
    pub fn scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Notes something down, or strikes it out. All other notes stay.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: Option<String>) -> Self {
        self.metadata.insert(name.into(), value);
        self
    }

    /// Sets when it ends by itself, cut to whole seconds, or that it does not.
    #[must_use]
    pub fn expires(mut self, time: Option<SystemTime>) -> Self {
        self.expires = Change::Becomes(time.map(|time| Timestamp::from(time).time()));
        self
    }

    pub(super) fn new_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(super) fn apply(&self, record: &mut KeyRecord) {
        if let Some(name) = &self.name {
            record.name.clone_from(name);
        }
        self.owner.apply(&mut record.owner);
        if let Some(proxies) = &self.proxies {
            record.proxies.clone_from(proxies);
        }
        if let Some(scopes) = &self.scopes {
            record.scopes.clone_from(scopes);
        }
        for (name, value) in &self.metadata {
            match value {
                Some(value) => record.metadata.insert(name.clone(), value.clone()),
                None => record.metadata.remove(name),
            };
        }
        self.expires.apply(&mut record.expires);
    }
}
