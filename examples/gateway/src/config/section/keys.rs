//! `[keys]`

use std::{path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::config::value::Text;

/// Where the keys of key plans are kept.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Keys {
    /// The file of keys, relative to the configuration. It holds no key, only what recognises one.
    pub(crate) file: PathBuf,
    /// The secret without which that file recognises nothing, at least 32 bytes. Default: the file
    /// with `.pepper` behind its name, made at first use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pepper: Option<Secret>,
    /// How often the times of last use are written.
    pub(crate) last_used_interval: Text<Duration>,
    /// How often the file is looked at for changes.
    pub(crate) poll_interval: Text<Duration>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            file: PathBuf::from("keys.json"),
            pepper: None,
            last_used_interval: Text(Duration::from_secs(60)),
            poll_interval: Text(Duration::from_millis(250)),
        }
    }
}
