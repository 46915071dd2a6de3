//! The sections of a configuration: what can be written, in what form, and what holds when it is
//! not. The published schema is made from these types, and from their comments.

mod admin;
mod header;
mod limits;
mod listener;
mod log;
mod proxy;
mod upstream;

pub(crate) use self::{
    admin::Admin,
    header::{HeaderValue, Secret},
    limits::Limits,
    listener::Listener,
    log::{Log, LogFormat},
    proxy::Proxy,
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
    /// Where health is asked for. Without this section there is no such listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) admin: Option<Admin>,
    /// What is written down.
    #[serde(default)]
    pub(crate) log: Log,
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
                upstream: Upstream::new(url),
                limits: Limits::default(),
            }],
            ..Self::default()
        }
    }
}
