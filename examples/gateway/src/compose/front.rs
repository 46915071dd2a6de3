//! What all proxies of a listener have in common.

use std::net::SocketAddr;

use tollbar::{
    Gateway,
    core::{Forwarding, origin::Origins},
    plan::SessionLayer,
};
use url::Url;

use super::{
    ComposeError, ComposedProxy,
    plans::Doors,
    policy::{Policy, Transition},
    relays::Relays,
    resource,
};
use crate::{
    config::{Fingerprint, ProxySettings, Settings, local_url},
    readiness::Health,
    records::Records,
};

/// What all proxies of a listener have in common.
#[derive(Debug)]
pub(super) struct Front<'a> {
    settings: &'a Settings,
    listening: SocketAddr,
    records: &'a Records,
    origins: Origins,
    forwarding: Forwarding,
    relays: Relays,
    /// Of all that makes a proxy another one when it changes.
    fingerprint: Fingerprint,
}

impl<'a> Front<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        listening: SocketAddr,
        records: &'a Records,
        relays: Relays,
    ) -> Result<Self, ComposeError> {
        let listener = &settings.listener;
        let public = settings
            .proxies
            .iter()
            .map(|proxy| listener.public_url(&proxy.section, listening))
            .collect::<Result<Vec<Url>, _>>()?;
        let mut known: Vec<_> = public
            .iter()
            .map(|url| url.origin().ascii_serialization())
            .collect();
        known.sort();
        known.dedup();
        let fingerprint = Fingerprint::of(&(
            known,
            &listener.allowed_hosts,
            &listener.allowed_origins,
            &listener.trusted_peers,
            &listener.failed_attempts,
        ))
        .with(settings.session.fingerprint);
        Ok(Self {
            settings,
            listening,
            records,
            relays,
            origins: listener.origins(listening, &public)?,
            forwarding: Forwarding::new(listener.trusted_peers.iter().map(|network| network.0)),
            fingerprint: match &settings.capture {
                Some(capture) => fingerprint.with(capture.fingerprint),
                None => fingerprint,
            },
        })
    }

    /// Of all that makes up this proxy, but its policy.
    fn fingerprint(&self, proxy: &ProxySettings) -> Fingerprint {
        let mut fingerprint = self.fingerprint.with(proxy.fingerprint);
        if proxy.token_plans().next().is_some() {
            // Part of what clients are told; the URL that they know is part of these plans.
            fingerprint = fingerprint.and(&resource::is_alone(self.settings));
        }
        if let Some(relayed) = self.relays.of(proxy.name()) {
            fingerprint = fingerprint.with(relayed.fingerprint);
        }
        let plans = proxy.plans.iter().map(|plan| plan.fingerprint);
        plans.fold(fingerprint, Fingerprint::with)
    }

    /// What becomes of the policy that runs.
    pub(super) fn transition(
        &self,
        proxy: &ProxySettings,
        before: Option<&ComposedProxy>,
    ) -> Transition {
        let fingerprint = self.fingerprint(proxy);
        let same = before.is_some_and(|before| before.fingerprint == fingerprint);
        Transition::of(before, proxy, same)
    }

    /// Composes a proxy, or gives the one that was there before when it is the same.
    pub(super) fn compose(
        &self,
        proxy: &ProxySettings,
        before: Option<&ComposedProxy>,
        doors: &Doors<'_>,
    ) -> Result<ComposedProxy, ComposeError> {
        let fingerprint = self.fingerprint(proxy);
        let transition = self.transition(proxy, before);
        let ruled = before.and_then(|before| before.policy.as_ref());
        let policy = Policy::next(proxy, ruled, transition);
        let path = proxy.section.path.as_str();
        let listener = &self.settings.listener;
        let local_url = local_url(listener.scheme(), self.listening, path)?;
        let public_url = listener.public_url(&proxy.section, self.listening)?;
        let same = before.filter(|before| before.fingerprint == fingerprint);
        if let Some(same) = same.filter(|_| !transition.composes()) {
            return Ok(ComposedProxy {
                local_url,
                public_url,
                policy,
                ..same.clone()
            });
        }
        let known =
            before.filter(|before| before.upstream_fingerprint == proxy.upstream_fingerprint);
        let (upstream, health) = match known {
            Some(before) => (before.upstream.clone(), before.health.clone()),
            None => (proxy.upstream.clone(), Health::new(proxy.name())),
        };
        let mut gateway = Gateway::new(upstream.clone())
            .name(proxy.name())
            .origins(self.origins.clone())
            .forwarding(self.forwarding.clone())
            .plan(doors.layer(proxy, &self.forwarding))
            .session(SessionLayer::new(doors.secret.clone()).proxy(proxy.name()))
            .share_tasks(proxy.section.share_tasks)
            .frame(proxy.frame.clone());
        gateway = self.records.follow(gateway, health.clone());
        if let Some(settings) = &self.settings.capture {
            gateway = gateway.capture(settings.capture.clone());
        }
        if let Some(policy) = &policy {
            gateway = gateway.acl(policy.layer.clone());
        }
        let resource = resource::resource(proxy, &public_url, resource::is_alone(self.settings))?;
        let relayed = self.relays.of(proxy.name());
        let metadata = match (relayed, &resource) {
            (Some(relayed), _) => {
                gateway = gateway.relay(&relayed.resource);
                relayed.resource.paths()
            }
            (None, Some(resource)) => {
                gateway = gateway.protected_resource(resource);
                resource.paths()
            }
            (None, None) => Vec::new(),
        };
        if let Some(version) = &proxy.section.version {
            gateway = gateway.version(version.as_str());
        }
        Ok(ComposedProxy {
            name: proxy.name().to_owned(),
            local_url,
            public_url,
            path: path.to_owned(),
            metadata,
            relay: relayed.cloned(),
            plans: proxy.plans(),
            service: gateway.into_service(),
            policy,
            upstream,
            health,
            fingerprint,
            upstream_fingerprint: proxy.upstream_fingerprint,
        })
    }
}
