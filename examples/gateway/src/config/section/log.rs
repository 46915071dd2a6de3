//! `[log]`

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rotation;
use crate::config::value::{Destination, Filter, Size, Text};

/// What is written down.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// What is logged to standard error: a level, or levels by target. The environment variable
    /// `RUST_LOG` and the flag `--log` go first.
    pub(crate) filter: Text<Filter>,
    /// How lines on standard error look.
    pub(crate) format: LogFormat,
    /// Where the exchange log goes, one JSON object per line for every exchange: `-` for standard
    /// output, `off`, or the path of a file to append to.
    pub(crate) exchanges: Text<Destination>,
    /// How many of the messages of an exchange are written down, each with its direction, kind, method
    /// and length.
    #[schemars(range(min = 0, max = 10_000))]
    pub(crate) messages: u32,
    /// The longest message that is looked into, for the errors in it. What is longer passes without a look.
    pub(crate) inspect: Text<Size>,
    /// When the file is put aside, and how many are kept. Without this section it grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rotation: Option<Rotation>,
}

/// How log lines look.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: Text(Filter::default()),
            format: LogFormat::default(),
            exchanges: Text(Destination::Stdout),
            messages: 0,
            inspect: Text(Size(256 << 10)),
            rotation: None,
        }
    }
}
