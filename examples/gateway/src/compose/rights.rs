//! The rights that plans give, and their end.

use std::collections::BTreeMap;

use tollbar::core::Revocation;

use crate::config::{Fingerprint, PlanSettings, ProxySettings, Settings};

/// One right for each plan of each proxy. It goes on as long as a configuration has the same plan
/// under the same name for a proxy of the same name, and no policy stands in the way.
#[derive(Debug, Default)]
pub(super) struct Rights(BTreeMap<(String, String), Right>);

#[derive(Clone, Debug)]
struct Right {
    plan: Fingerprint,
    revocation: Revocation,
}

impl Rights {
    /// The rights under these settings: those of plans that are what they were, and new ones. All are
    /// new in proxies of which the streams end.
    pub(super) fn next(&self, settings: &Settings, ends: impl Fn(&ProxySettings) -> bool) -> Self {
        let plans = settings.proxies.iter().flat_map(|proxy| {
            let (name, ends) = (proxy.name(), ends(proxy));
            proxy.plans.iter().map(move |plan| (name, plan, ends))
        });
        Self(
            plans
                .map(|(proxy, plan, ends)| {
                    let place = (proxy.to_owned(), plan.section.name().to_owned());
                    let same = self
                        .0
                        .get(&place)
                        .filter(|right| !ends && right.plan == plan.fingerprint);
                    let right = same.cloned().unwrap_or_else(|| Right {
                        plan: plan.fingerprint,
                        revocation: Revocation::new(),
                    });
                    (place, right)
                })
                .collect(),
        )
    }

    /// What ends the right of a plan. One that was ended already when there is no such plan.
    pub(super) fn of(&self, proxy: &str, plan: &PlanSettings) -> Revocation {
        let place = (proxy.to_owned(), plan.section.name().to_owned());
        match self.0.get(&place) {
            Some(right) => right.revocation.clone(),
            None => {
                let revocation = Revocation::new();
                revocation.revoke();
                revocation
            }
        }
    }

    /// Ends those that are not among the others.
    pub(super) fn end_all_but(&self, others: &Self) {
        for (place, right) in &self.0 {
            let stays = others
                .0
                .get(place)
                .is_some_and(|other| other.revocation.is(&right.revocation));
            if !stays {
                right.revocation.revoke();
            }
        }
    }
}
