//! What is known of authorization servers and of their tokens.

use std::{collections::BTreeMap, net::SocketAddr};

use tollbar::oauth2::AuthorizationServer;

use super::ComposeError;
use crate::config::{Fingerprint, PlanSettings, ServerSettings, Settings, TokenPlan, audiences};

/// The authorization servers and the plans that take their tokens. Each goes on as long as a
/// configuration has the same one under the same name, so that what is known of keys, tokens and
/// failures is not lost by a change elsewhere.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    servers: BTreeMap<String, Server>,
    /// By the proxy and the plan.
    plans: BTreeMap<(String, String), Kept>,
}

#[derive(Clone, Debug)]
struct Server {
    fingerprint: Fingerprint,
    server: AuthorizationServer,
}

#[derive(Clone, Debug)]
struct Kept {
    fingerprint: Fingerprint,
    plan: TokenPlan,
}

impl Tokens {
    /// Those of these settings: what is the same as before, and new ones.
    pub(super) fn next(
        &self,
        settings: &Settings,
        listening: SocketAddr,
    ) -> Result<Self, ComposeError> {
        let servers = settings.servers.iter();
        let servers = servers.map(|server| (server.name().to_owned(), self.server(server)));
        let mut next = Self {
            servers: servers.collect(),
            plans: BTreeMap::new(),
        };
        for proxy in &settings.proxies {
            for (plan, server) in proxy.token_plans() {
                let place = (proxy.name().to_owned(), plan.section.name().to_owned());
                let same = self.plans.get(&place);
                let same = same.filter(|kept| kept.fingerprint == plan.fingerprint);
                let kept = match (same, next.servers.get(server.name())) {
                    (Some(same), _) => same.clone(),
                    (None, known) => {
                        let known = known.map_or(&server.server, |known| &known.server);
                        let url = settings.listener.public_url(&proxy.section, listening)?;
                        let audiences = audiences(&proxy.section, &plan.section, &url);
                        Kept {
                            fingerprint: plan.fingerprint,
                            plan: plan.token_plan(known.clone(), &audiences)?,
                        }
                    }
                };
                next.plans.insert(place, kept);
            }
        }
        Ok(next)
    }

    /// A plan of these settings.
    pub(super) fn plan(&self, proxy: &str, plan: &PlanSettings) -> Option<&TokenPlan> {
        let place = (proxy.to_owned(), plan.section.name().to_owned());
        self.plans.get(&place).map(|kept| &kept.plan)
    }

    fn server(&self, settings: &ServerSettings) -> Server {
        let known = self.servers.get(settings.name());
        let same = known.filter(|known| known.fingerprint == settings.fingerprint);
        same.cloned().unwrap_or_else(|| Server {
            fingerprint: settings.fingerprint,
            server: settings.server.clone(),
        })
    }
}
