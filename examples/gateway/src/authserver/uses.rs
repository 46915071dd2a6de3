//! Where tokens of an authorization server are taken.

use serde_json::{Value, json};

use crate::{
    config::{Audience, PlanSettings, ServerSettings, Settings, identifiers},
    keys::escaped,
};

/// A plan that takes tokens of an authorization server.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) proxy: String,
    plan: String,
    /// The public URL of the proxy: what is registered as a resource, and what clients ask for.
    resource: String,
    /// Whether none of what is accepted is what clients ask for.
    differs: bool,
    /// Whether the gateway has to run for its port to be known.
    is_open: bool,
    accepted: Accepted,
    scopes: Vec<String>,
    asked: Vec<String>,
}

/// What has to stand in `aud` of a token.
#[derive(Debug)]
enum Accepted {
    /// The resource, with or without a slash at its end.
    Resource,
    /// One of these.
    OneOf(Vec<String>),
    Anything,
}

impl Use {
    /// All of this server, in the order of the configuration.
    pub(super) fn of(server: &ServerSettings, settings: &Settings) -> Vec<Self> {
        let listener = &settings.listener;
        let plans = settings.proxies.iter().flat_map(|proxy| {
            let url = listener.public_url(&proxy.section, listener.address.0.0);
            let is_open = url.as_ref().is_ok_and(|url| url.port() == Some(0));
            let names = url.as_ref().map(identifiers).unwrap_or_default();
            let resource = url.map_or_else(|error| error.to_string(), |url| url.to_string());
            proxy
                .token_plans()
                .filter(|(_, its)| its.name() == server.name())
                .map(move |(plan, _)| Self {
                    proxy: proxy.name().to_owned(),
                    plan: plan.section.name().to_owned(),
                    resource: resource.clone(),
                    is_open,
                    differs: Accepted::of(plan).differs(&names),
                    accepted: Accepted::of(plan),
                    scopes: plan.scopes().map(str::to_owned).collect(),
                    asked: plan.scopes_to_ask_for().map(str::to_owned).collect(),
                })
        });
        plans.collect()
    }

    /// What is asked for, and what is accepted where that is something else: each in a line of its own.
    pub(super) fn describe(&self) -> String {
        let (proxy, plan) = (&self.proxy, &self.plan);
        let scopes = |scopes: &[String]| match scopes {
            [] => "no scopes".to_owned(),
            scopes => format!("scopes {}", escaped(&scopes.join(" "))),
        };
        let own = scopes(&self.scopes);
        let mut text = format!("  {}  proxy {proxy}, plan {plan}, {own}\n", self.resource);
        if !self.asked.iter().all(|scope| self.scopes.contains(scope)) {
            text.push_str(&format!("    clients ask for {}\n", scopes(&self.asked)));
        }
        match &self.accepted {
            Accepted::Resource => {}
            Accepted::OneOf(names) => {
                text.push_str(&format!("    accepted in `aud`: {}\n", list(names)));
            }
            Accepted::Anything => text.push_str("    accepted in `aud`: anything\n"),
        }
        text
    }

    /// What is probably not meant, each with what to do about it.
    pub(super) fn doubts(&self) -> Vec<(String, String)> {
        let mut doubts = Vec::new();
        let (proxy, plan, resource) = (&self.proxy, &self.plan, &self.resource);
        let place = format!("proxy `{proxy}`, plan `{plan}`");
        match &self.accepted {
            Accepted::OneOf(names) if self.differs => doubts.push((
                format!(
                    "{place}: clients ask for tokens for `{resource}`, and those are taken whose \
                     `aud` is {}",
                    list(names)
                ),
                "see that the server writes this into them, or remove `audience`".to_owned(),
            )),
            Accepted::Anything => doubts.push((
                format!("{place}: clients ask for tokens for `{resource}`, and any are taken"),
                "name the audiences, or leave `audience` out for the public URL".to_owned(),
            )),
            Accepted::Resource | Accepted::OneOf(_) => {}
        }
        if self.is_open {
            doubts.push((
                format!("{place}: the port of `{resource}` is known when the gateway runs"),
                "give `listener.address` a port, or set `public_url`: what is registered must not \
                 change"
                    .to_owned(),
            ));
        }
        doubts
    }

    /// The same for machines.
    pub(super) fn value(&self) -> Value {
        json!({
            "proxy": self.proxy,
            "plan": self.plan,
            "resource": self.resource,
            "audience": match &self.accepted {
                Accepted::Resource => json!(self.resource),
                Accepted::OneOf(names) => json!(names),
                Accepted::Anything => json!("any"),
            },
            "scopes": self.scopes,
            "challenge_scopes": self.asked,
        })
    }
}

impl Accepted {
    fn of(plan: &PlanSettings) -> Self {
        match &plan.section.audience {
            None => Self::Resource,
            Some(Audience::Any(_)) => Self::Anything,
            Some(Audience::OneOf(names)) => {
                Self::OneOf(names.iter().map(|name| name.as_str().to_owned()).collect())
            }
        }
    }

    /// Whether it is nothing that clients ask for, who know the proxy by these identifiers.
    fn differs(&self, resource: &[String]) -> bool {
        match self {
            Self::Resource => false,
            Self::OneOf(names) => !names.iter().any(|name| resource.contains(name)),
            Self::Anything => true,
        }
    }
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", escaped(name)))
        .collect();
    names.join(", ")
}
