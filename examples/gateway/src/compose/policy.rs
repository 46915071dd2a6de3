//! What consumers may see and use, in a proxy that runs.

use tollbar::acl::{AclLayer, Headers, Policy as _};

use super::{ComposedProxy, summary::Summary};
use crate::config::{AclMode, AclSettings, Denials, Fingerprint, ProxySettings};

/// The policy of a proxy that runs, and what is to take its place.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    /// What the proxy asks.
    pub(super) layer: AclLayer,
    /// What it is to ask from now on, when that is something else.
    wanted: Option<AclLayer>,
    fingerprint: Fingerprint,
    enforces: bool,
    /// The headers that its streams have kept.
    headers: Headers,
    summary: Summary,
}

/// What becomes of a proxy that runs when its settings are others, as far as its policy goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    /// The policy is what it was, or there was no proxy.
    None,
    /// What runs asks the new policy, open streams too.
    Replaced,
    /// The same, where streams that have begun cannot ask it, and so end: the policy before was only
    /// written down, or did not keep the headers that this one looks at.
    Enforced,
    /// The proxy is another one, with a policy of its own: what began under the old one goes on.
    Fresh,
    /// The same, and what began under the old one ends, since it would go on with less of a policy.
    Ending,
}

impl Transition {
    /// What becomes of it. `same` is whether all but the policy is what it was.
    pub(super) fn of(before: Option<&ComposedProxy>, now: &ProxySettings, same: bool) -> Self {
        let Some(before) = before else {
            return Self::None;
        };
        let (before, now) = (before.policy.as_ref(), now.acl.as_ref());
        match (before, now) {
            (None, None) => Self::None,
            (Some(before), Some(now)) if before.fingerprint == now.fingerprint => Self::None,
            (_, None) => Self::Fresh,
            (None, Some(now)) => Self::ending(enforces(now)),
            (Some(before), Some(now)) => match (same, before.leaves_in_the_dark(now)) {
                (true, false) => Self::Replaced,
                (true, true) => Self::Enforced,
                // Requests must not meet the new plans and the old policy, or the other way round:
                // neither is what somebody has written.
                (false, _) => Self::ending(enforces(now)),
            },
        }
    }

    const fn ending(ends: bool) -> Self {
        if ends { Self::Ending } else { Self::Fresh }
    }

    /// Whether streams of the proxy end.
    pub(super) const fn ends_streams(self) -> bool {
        matches!(self, Self::Enforced | Self::Ending)
    }

    /// Whether the proxy has to be composed anew.
    pub(super) const fn composes(self) -> bool {
        matches!(self, Self::Enforced | Self::Fresh | Self::Ending)
    }
}

impl Policy {
    /// The policy of a proxy, when it has one. What runs goes on being asked, where that is allowed.
    pub(super) fn next(
        settings: &ProxySettings,
        before: Option<&Self>,
        transition: Transition,
    ) -> Option<Self> {
        let acl = settings.acl.as_ref()?;
        let running = match transition {
            Transition::None | Transition::Replaced | Transition::Enforced => before,
            Transition::Fresh | Transition::Ending => None,
        };
        let unchanged = running.is_some_and(|running| running.fingerprint == acl.fingerprint);
        let (layer, wanted) = match running {
            Some(running) if unchanged => (running.layer.clone(), None),
            Some(running) => (running.layer.clone(), Some(layer(acl))),
            None => (layer(acl), None),
        };
        Some(Self {
            layer,
            wanted,
            fingerprint: acl.fingerprint,
            enforces: enforces(acl),
            headers: acl.rules.headers(),
            summary: Summary::of(acl),
        })
    }

    /// Whether streams that began under this policy cannot go on under that one.
    fn leaves_in_the_dark(&self, next: &AclSettings) -> bool {
        enforces(next) && !(self.enforces && self.headers.cover(&next.rules.headers()))
    }

    /// Puts what is wanted in the place of what is asked.
    pub(super) fn commit(&self) {
        if let Some(wanted) = &self.wanted {
            self.layer.replace(wanted);
        }
    }

    /// Whether both are of the same settings.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }

    /// How this one differs from the one before, as in `3 rules, was 2`.
    pub(super) fn change(before: Option<&Self>, now: Option<&Self>) -> Option<String> {
        match (before, now) {
            (None, None) => None,
            (Some(before), Some(now)) if before.is(now) => None,
            (Some(before), Some(now)) => Some(now.summary.since(&before.summary)),
            (None, Some(now)) => Some(format!("{}, was none", now.summary)),
            (Some(before), None) => Some(format!("none, was {}", before.summary)),
        }
    }
}

fn enforces(acl: &AclSettings) -> bool {
    acl.section.mode == AclMode::Enforce
}

fn layer(acl: &AclSettings) -> AclLayer {
    let section = &acl.section;
    let most = usize::try_from(section.annotations_limit.get()).unwrap_or(usize::MAX);
    let mut layer = AclLayer::new(acl.rules.clone()).annotations_limit(most);
    if section.mode == AclMode::Shadow {
        layer = layer.shadow();
    }
    if section.denials == Denials::Honest {
        layer = layer.honest();
    }
    if section.scrub_links {
        layer = layer.scrub_links();
    }
    layer
}
