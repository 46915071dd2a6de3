//! Where tokens of an authorization server are taken.

use serde_json::{Value, json};

use crate::{
    config::{PlanSettings, ServerSettings, Settings},
    keys::escaped,
};

/// A plan that takes tokens of an authorization server.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) proxy: String,
    plan: String,
    /// The public URL of the proxy: what is registered as a resource.
    pub(super) resource: String,
    scopes: Vec<String>,
}

impl Use {
    /// All of this server, in the order of the configuration.
    pub(super) fn of(server: &ServerSettings, settings: &Settings) -> Vec<Self> {
        let listener = &settings.listener;
        let plans = settings.proxies.iter().flat_map(|proxy| {
            let url = listener.public_url(&proxy.section, listener.address.0.0);
            let resource = url.map_or_else(|error| error.to_string(), |url| url.to_string());
            proxy
                .token_plans()
                .filter(|(_, its)| its.name() == server.name())
                .map(move |(plan, _)| Self {
                    proxy: proxy.name().to_owned(),
                    plan: plan.section.name().to_owned(),
                    resource: resource.clone(),
                    scopes: PlanSettings::scopes(plan).map(str::to_owned).collect(),
                })
        });
        plans.collect()
    }

    /// In one line.
    pub(super) fn describe(&self) -> String {
        let scopes = match self.scopes.as_slice() {
            [] => "no scopes".to_owned(),
            scopes => format!("scopes {}", escaped(&scopes.join(" "))),
        };
        let (proxy, plan) = (&self.proxy, &self.plan);
        format!("{}  proxy {proxy}, plan {plan}, {scopes}", self.resource)
    }

    /// The same for machines.
    pub(super) fn value(&self) -> Value {
        json!({
            "proxy": self.proxy,
            "plan": self.plan,
            "resource": self.resource,
            "scopes": self.scopes,
        })
    }
}
