//! `[proxy.upstream.authorization]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::config::value::{Scope, Text, TokenUrl};

/// The credential that the MCP server is shown. Exactly one of `bearer`, `basic` and
/// `client_credentials` is given.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Authorization {
    /// A token, sent as `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bearer: Option<Secret>,
    /// A user name and a password (RFC 7617).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) basic: Option<Basic>,
    /// Access tokens that the gateway gets for itself (RFC 6749 section 4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_credentials: Option<ClientCredentials>,
}

/// A user name and a password (RFC 7617).
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basic {
    /// The user name, without `:`.
    #[schemars(example = &"gateway")]
    pub(crate) username: String,
    /// The password.
    pub(crate) password: Secret,
}

/// Access tokens that the gateway gets for itself (RFC 6749 section 4.4).
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCredentials {
    /// The token endpoint of the authorization server. `https`, unless it is on loopback.
    pub(crate) token_url: Text<TokenUrl>,
    /// As whom the gateway is registered there.
    #[schemars(example = &"tollbar")]
    pub(crate) client_id: String,
    /// The secret of that client.
    pub(crate) client_secret: Secret,
    /// The scopes that are asked for.
    #[serde(default)]
    pub(crate) scopes: Vec<Text<Scope>>,
    /// The resource that the token is for (RFC 8707).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://mcp.example/mcp")]
    pub(crate) resource: Option<String>,
    /// The audience that the token is for, where the server wants this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://mcp.example")]
    pub(crate) audience: Option<String>,
    /// A file of certificates (PEM) that are trusted there besides the public ones, relative to the
    /// configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"internal-ca.pem")]
    pub(crate) ca_file: Option<PathBuf>,
    /// How the gateway proves who it is: `basic` (the header `Authorization`) or `post` (in the body).
    #[serde(default)]
    pub(crate) method: ClientAuthentication,
}

/// How a client proves who it is (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientAuthentication {
    /// `client_secret_basic`.
    #[default]
    Basic,
    /// `client_secret_post`.
    Post,
}
