//! `[[authorization_server]]`

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClientAuthentication, Secret};
use crate::config::value::{EndpointUrl, Issuer, ServerName, Size, Text};

/// An authorization server whose tokens plans take. Exactly one of `issuer` and `gravitee` is given.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorizationServer {
    /// What plans call it: letters, digits, `-`, `_` and `.`. Unique.
    pub(crate) name: Text<ServerName>,
    /// Its issuer identifier, byte for byte as it stands in its metadata and in its tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<Text<Issuer>>,
    /// A security domain of Gravitee Access Management.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gravitee: Option<Gravitee>,
    /// As whom the gateway is registered there. Plans of type `oauth2` need it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"tollbar")]
    pub(crate) client_id: Option<String>,
    /// The secret of that client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<Secret>,
    /// How the gateway proves who it is: `basic` (the header `Authorization`) or `post` (in the body).
    #[serde(default)]
    pub(crate) method: ClientAuthentication,
    /// Where tokens are introspected, when that is not what the server's metadata says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) introspection_endpoint: Option<Text<EndpointUrl>>,
    /// Where the server's keys are, when that is not what the server's metadata says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_uri: Option<Text<EndpointUrl>>,
    /// A file of certificates (PEM) that are trusted there besides the public ones, relative to the
    /// configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"internal-ca.pem")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether the server may be plain `http` on another machine. On this one it may.
    #[serde(default)]
    pub(crate) allow_http: bool,
    /// How long an answer may take, from connecting to the last byte.
    #[serde(default = "timeout")]
    pub(crate) timeout: Text<Duration>,
    /// How many tokens may be asked about at once, a quarter of them for any one address. More wait in
    /// line, up to `timeout`.
    #[serde(default = "in_flight")]
    #[schemars(range(min = 1, max = 100_000))]
    pub(crate) in_flight: NonZeroU32,
    /// How long an answer about a token may be.
    #[serde(default = "answer_limit")]
    pub(crate) answer_limit: Text<Size>,
    /// How long the server's metadata may be, and the document with its keys.
    #[serde(default = "document_limit")]
    pub(crate) document_limit: Text<Size>,
    /// After how many failures in a row the server is left alone.
    #[serde(default = "failures")]
    #[schemars(range(min = 1, max = 1_000))]
    pub(crate) failures: NonZeroU32,
    /// How long it is left alone at first. Each failure after that doubles it.
    #[serde(default = "retry")]
    pub(crate) retry: Text<Duration>,
    /// The longest that it is left alone.
    #[serde(default = "longest_retry")]
    pub(crate) longest_retry: Text<Duration>,
    /// After how long its metadata is fetched anew.
    #[serde(default = "metadata_lifetime")]
    pub(crate) metadata_lifetime: Text<Duration>,
    /// After how long keys that are used are fetched anew.
    #[serde(default = "keys_refresh")]
    pub(crate) keys_refresh: Text<Duration>,
    /// How often, at most, keys are fetched because a token names one that is not known.
    #[serde(default = "unknown_key_pause")]
    pub(crate) unknown_key_pause: Text<Duration>,
    /// How long keys are used that cannot be fetched anew.
    #[serde(default = "keys_lifetime")]
    pub(crate) keys_lifetime: Text<Duration>,
}

/// A security domain of Gravitee Access Management.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gravitee {
    /// The URL of its gateway.
    pub(crate) url: Text<EndpointUrl>,
    /// The path of the security domain, as it stands in URLs.
    #[schemars(example = &"field-teams")]
    pub(crate) domain: String,
}

const fn timeout() -> Text<Duration> {
    Text(Duration::from_secs(5))
}

fn in_flight() -> NonZeroU32 {
    NonZeroU32::new(64).unwrap_or(NonZeroU32::MIN)
}

const fn answer_limit() -> Text<Size> {
    Text(Size(64 << 10))
}

const fn document_limit() -> Text<Size> {
    Text(Size(256 << 10))
}

fn failures() -> NonZeroU32 {
    NonZeroU32::new(3).unwrap_or(NonZeroU32::MIN)
}

const fn retry() -> Text<Duration> {
    Text(Duration::from_secs(1))
}

const fn longest_retry() -> Text<Duration> {
    Text(Duration::from_secs(30))
}

const fn metadata_lifetime() -> Text<Duration> {
    Text(Duration::from_secs(60 * 60))
}

const fn keys_refresh() -> Text<Duration> {
    Text(Duration::from_secs(10 * 60))
}

const fn unknown_key_pause() -> Text<Duration> {
    Text(Duration::from_secs(30))
}

const fn keys_lifetime() -> Text<Duration> {
    Text(Duration::from_secs(60 * 60))
}
