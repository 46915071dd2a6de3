//! `[store]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{Age, DiskSize, Text};

/// The store of exchanges, which can be asked.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Store {
    /// The file, relative to the configuration. It is made at the first start; its folder has to be
    /// there.
    pub(crate) file: PathBuf,
    /// For how long each exchange is kept.
    pub(crate) age: Text<Age>,
    /// For how long the counts of each minute are kept, which the figures are made of.
    pub(crate) minutes_age: Text<Age>,
    /// How much of the disk it may use. Beyond it, the oldest exchanges go, then the oldest counts.
    pub(crate) size: Text<DiskSize>,
}

impl Default for Store {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            file: PathBuf::from("exchanges.db"),
            age: Text(Age(std::time::Duration::from_secs(7 * DAY))),
            minutes_age: Text(Age(std::time::Duration::from_secs(90 * DAY))),
            size: Text(DiskSize(1 << 30)),
        }
    }
}
