//! `[[proxy]]`

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Acl, Limits, Plan, PlanType, Relay, Upstream};
use crate::config::value::{Interval, ProxyName, PublicUrl, RoutePath, Text};

/// One MCP server and the path under which clients find it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proxy {
    /// What the proxy is called in logs, events and metrics: letters, digits, `-`, `_` and `.`.
    pub(crate) name: Text<ProxyName>,
    /// The version of the proxy, as it stands in the exchange log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"1.0.0")]
    pub(crate) version: Option<String>,
    /// What the proxy is for, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"Forecasts for the field teams")]
    pub(crate) description: Option<String>,
    /// The path under which clients find it, with or without a trailing slash. Nothing is served
    /// beneath it.
    pub(crate) path: Text<RoutePath>,
    /// The whole URL under which clients find it, when that is not the listener's public URL and
    /// the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_url: Option<Text<PublicUrl>>,
    /// After how much silence an event stream gets a comment, or `off`.
    #[serde(default = "keep_alive")]
    pub(crate) keep_alive: Text<Interval>,
    /// Who may use it: the ways to be let in. One judges each request, chosen by what the request
    /// shows. Without any, everybody is let in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) plan: Vec<Plan>,
    /// Whether consumers may see and use each other's tasks. Unless they may, a task belongs to who
    /// made it.
    #[serde(default)]
    pub(crate) share_tasks: bool,
    /// What consumers may see and use. Without it they may everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acl: Option<Acl>,
    /// For an MCP server that judges tokens itself: how clients are told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relay: Option<Relay>,
    /// The MCP server.
    pub(crate) upstream: Upstream,
    /// What is too much.
    #[serde(default)]
    pub(crate) limits: Limits,
}

impl Proxy {
    /// How clients are told of a server that judges tokens itself; `None` where it does not. A plan
    /// that leaves it to the server is enough to say that it does.
    pub(crate) fn relay(&self) -> Option<Relay> {
        let mut plans = self.plan.iter();
        let has_plan = plans.any(|plan| plan.kind == PlanType::Relay);
        self.relay.clone().or_else(|| has_plan.then(Relay::default))
    }

    /// Whether the server judges tokens itself, so that `Authorization` is its own.
    pub(crate) fn relays(&self) -> bool {
        self.relay().is_some()
    }

    /// The type of the one plan of a proxy that names none.
    pub(crate) fn default_plan(&self) -> PlanType {
        match self.relay {
            Some(_) => PlanType::Relay,
            None => PlanType::Keyless,
        }
    }
}

/// The default of [`Proxy::keep_alive`].
pub(crate) const fn keep_alive() -> Text<Interval> {
    Text(Interval(Some(Duration::from_secs(15))))
}
