//! From arguments to what the store is asked.

use tollbar::plan::key::{KeyChange, NewKey, Proxies};

use super::arguments::{NewKeyArguments, UpdateArguments};

impl From<NewKeyArguments> for NewKey {
    fn from(asked: NewKeyArguments) -> Self {
        let mut key = Self::new(asked.name);
        for proxy in asked.proxy {
            key = key.proxy(proxy);
        }
        if asked.all_proxies {
            key = key.all_proxies();
        }
        if let Some(owner) = asked.owner {
            key = key.owner(owner);
        }
        for scope in asked.scope {
            key = key.scope(scope);
        }
        for (name, value) in asked.metadata {
            key = key.metadata(name, value);
        }
        match asked.expires.time() {
            Some(time) => key.expires(time),
            None => key,
        }
    }
}

impl From<UpdateArguments> for KeyChange {
    fn from(asked: UpdateArguments) -> Self {
        let mut change = Self::new();
        if let Some(name) = asked.rename {
            change = change.name(name);
        }
        if asked.all_proxies {
            change = change.proxies(Proxies::All);
        } else if !asked.proxy.is_empty() {
            change = change.proxies(Proxies::named(asked.proxy));
        }
        if asked.no_owner || asked.owner.is_some() {
            change = change.owner(asked.owner);
        }
        if asked.no_scopes || !asked.scope.is_empty() {
            change = change.scopes(asked.scope);
        }
        for (name, value) in asked.metadata {
            change = change.metadata(name, Some(value).filter(|value| !value.is_empty()));
        }
        match asked.expires {
            Some(expiry) => change.expires(expiry.time()),
            None => change,
        }
    }
}
