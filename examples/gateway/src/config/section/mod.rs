//! The sections of a configuration: what can be written, in what form, and what holds when it is
//! not. The published schema is made from these types, and from their comments.

mod acl;
mod acl_rule;
mod admin;
mod authorization;
mod authorization_server;
mod capture;
mod failed_attempts;
mod header;
mod keys;
mod limits;
mod listener;
mod log;
mod pattern;
mod plan;
mod proxy;
mod relay;
mod rotation;
mod session;
mod store;
mod telemetry;
mod tls;
mod token;
mod upstream;

pub(crate) use self::{
    acl::{Acl, AclMode, Denials},
    acl_rule::{AclRule, ClaimText, PurposeName, RuleEffect, ToolHints},
    admin::Admin,
    authorization::{Authorization, ClientAuthentication, ClientCredentials},
    authorization_server::AuthorizationServer,
    capture::Capture,
    failed_attempts::FailedAttempts,
    header::{HeaderValue, SECRET, Secret},
    keys::Keys,
    limits::Limits,
    listener::Listener,
    log::{Log, LogFormat},
    pattern::PatternText,
    plan::{Admit, Plan, PlanType, Verifier},
    proxy::Proxy,
    relay::{Relay, RelayMode},
    rotation::{Fsync, Rotation},
    session::Session,
    store::Store,
    telemetry::Telemetry,
    tls::{ClientCertificate, Tls},
    token::{Audience, ScopesNeeded, TokenAlgorithm, TokenType},
    upstream::Upstream,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{ProxyName, RoutePath, Text, UpstreamUrl};

/// The configuration of `tollbar-gateway`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The URL of this schema, for editors. Has no effect.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"./gateway.schema.json")]
    pub(crate) schema: Option<String>,
    /// Where clients connect.
    #[serde(default)]
    pub(crate) listener: Listener,
    /// Where the gateway is asked about itself. Without this section there is no such listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) admin: Option<Admin>,
    /// Where the keys of key plans are kept.
    #[serde(default)]
    pub(crate) keys: Keys,
    /// What is written down.
    #[serde(default)]
    pub(crate) log: Log,
    /// The store of exchanges, which can be asked. Without this section there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<Store>,
    /// Where spans and metrics go. Without this section nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) telemetry: Option<Telemetry>,
    /// What is kept of what was said. Without this section nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) capture: Option<Capture>,
    /// How sessions of the legacy era are sealed to the consumer that began them.
    #[serde(default)]
    pub(crate) session: Session,
    /// The authorization servers whose tokens plans take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) authorization_server: Vec<AuthorizationServer>,
    /// The MCP servers, each under a path of its own.
    pub(crate) proxy: Vec<Proxy>,
}

impl File {
    /// One proxy and nothing else.
    pub(crate) fn single(name: ProxyName, path: RoutePath, url: UpstreamUrl) -> Self {
        Self {
            proxy: vec![Proxy {
                name: Text(name),
                version: None,
                description: None,
                path: Text(path),
                public_url: None,
                keep_alive: proxy::keep_alive(),
                plan: Vec::new(),
                share_tasks: false,
                acl: None,
                relay: None,
                upstream: Upstream::new(url),
                limits: Limits::default(),
            }],
            ..Self::default()
        }
    }
}
