//! Values of headers, and where secrets come from.

use std::{fmt, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The `format` by which the check of a file knows a place where a secret must not stand itself.
pub(crate) const SECRET: &str = "secret-reference";

/// The value of a header: plain text, or a secret by reference.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum HeaderValue {
    /// A value that anybody may know.
    #[schemars(example = &"team-blue")]
    Plain(String),
    /// A secret.
    Secret(Secret),
}

/// A secret that stands somewhere else. Exactly one of `env` and `file` is given.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("format" = SECRET), example = Self { env: Some("WEATHER_TOKEN".to_owned()), ..Self::default() })]
pub(crate) struct Secret {
    /// The name of an environment variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"WEATHER_TOKEN")]
    pub(crate) env: Option<String>,
    /// The path of a file, relative to the configuration. One line end after the secret is ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/run/secrets/weather")]
    pub(crate) file: Option<PathBuf>,
    /// Text that is put before the secret, such as `Bearer ` with its space.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"Bearer ")]
    pub(crate) prefix: Option<String>,
}

impl fmt::Debug for HeaderValue {
    /// Without a plain value: it may be a secret by mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(_) => f.write_str("Plain(..)"),
            Self::Secret(secret) => secret.fmt(f),
        }
    }
}
