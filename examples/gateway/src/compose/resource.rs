//! What clients are told of a proxy that takes tokens.

use std::collections::HashMap;

use tollbar::challenge::{InvalidResource, ProtectedResource};
use url::Url;

use super::ComposedProxy;
use crate::config::{ProxySettings, Settings};

/// The metadata of a proxy (RFC 9728). `None` where it has no plan for tokens: a client that finds
/// metadata tries to log in.
///
/// `is_alone` is whether the host has no other proxy, so that the metadata may speak for all of it.
pub(super) fn resource(
    proxy: &ProxySettings,
    public_url: &Url,
    is_alone: bool,
) -> Result<Option<ProtectedResource>, InvalidResource> {
    if proxy.relay.is_some() {
        // What its server says is told instead.
        return Ok(None);
    }
    let plans: Vec<_> = proxy.token_plans().collect();
    let mut issuers = plans.iter().map(|(_, server)| server.server.issuer());
    let Some(first) = issuers.next() else {
        return Ok(None);
    };
    let mut resource = ProtectedResource::new(public_url.clone(), first)?;
    for issuer in issuers {
        resource = resource.authorization_server(issuer);
    }
    for (plan, _) in &plans {
        resource = resource
            .scopes(plan.scopes_to_ask_for())?
            .scopes_supported(plan.scopes_on_offer())?;
    }
    let section = &proxy.section;
    let name = section.description.as_deref();
    resource
        .name(name.unwrap_or_else(|| proxy.name()))
        .bare(is_alone)
        .mount_path(section.path.as_str())
        .map(Some)
}

/// Whether the metadata of a proxy speaks for its whole host: there is no other one.
pub(super) fn is_alone(settings: &Settings) -> bool {
    settings.proxies.len() == 1
}

/// The paths of all metadata, with the proxy that serves it. A path that two proxies lay claim to, or
/// that is one of a proxy itself, is none: the metadata of the one would be wrong for the other.
pub(super) fn places(proxies: &[ComposedProxy]) -> Vec<(&str, &ComposedProxy)> {
    let bare = |path: &str| path.strip_suffix('/').unwrap_or(path).to_owned();
    let mut claims: HashMap<String, usize> = HashMap::new();
    for proxy in proxies {
        *claims.entry(bare(&proxy.path)).or_default() += 1;
        for path in &proxy.metadata {
            *claims.entry(bare(path)).or_default() += 1;
        }
    }
    let places = proxies.iter().flat_map(|proxy| {
        let paths = proxy.metadata.iter();
        paths.map(move |path| (path.as_str(), proxy))
    });
    places
        .filter(|(path, _)| claims.get(&bare(path)) == Some(&1))
        .collect()
}
