//! `[log.rotation]`

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{Age, DiskSize, Text};

/// When the file of the exchange log is put aside, and how many are kept.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rotation {
    /// The most that a file may hold.
    pub(crate) size: Text<DiskSize>,
    /// How old a file may grow.
    pub(crate) age: Text<Age>,
    /// How many files are kept besides the one that is written.
    #[schemars(range(min = 0, max = 1_000))]
    pub(crate) keep: u32,
    /// When lines are forced onto the disk: `never` leaves it to the operating system, `on_rotation`
    /// before a file is put aside, `on_flush` with each batch of lines.
    pub(crate) fsync: Fsync,
}

/// When lines are forced onto the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fsync {
    /// When the operating system likes to.
    #[default]
    Never,
    /// Before a file is put aside.
    OnRotation,
    /// With each batch of lines.
    OnFlush,
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            size: Text(DiskSize(100 << 20)),
            age: Text(Age(Duration::from_secs(24 * 60 * 60))),
            keep: 7,
            fsync: Fsync::default(),
        }
    }
}
