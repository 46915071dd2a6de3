//! `[capture]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{ProxyName, Share, Size, Text};

/// What is kept of what was said: of which exchanges, how much, and what is hidden.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Capture {
    /// Only of these proxies. Empty: of all.
    pub(crate) proxies: Vec<Text<ProxyName>>,
    /// Only of consumers with one of these as their subject, client id, key id or key name.
    pub(crate) consumers: Vec<String>,
    /// Only of messages with one of these methods, such as `tools/call`.
    pub(crate) methods: Vec<String>,
    /// Only of what was refused or went wrong.
    pub(crate) errors_only: bool,
    /// Only of this share of exchanges, by chance.
    pub(crate) sample: Text<Share>,
    /// The most that is kept of each: the params, the result, the error.
    pub(crate) size: Text<Size>,
    /// The most that is read to find what is to be hidden. Nothing is kept of what is larger.
    pub(crate) read: Text<Size>,
    /// The most that all open exchanges hold together of what was said. Of those beyond it nothing is
    /// kept.
    pub(crate) hold: Text<Size>,
    /// Places in messages whose values are hidden (JSON pointers, RFC 6901), such as
    /// `/params/arguments/patient`.
    pub(crate) hide_pointers: Vec<String>,
    /// Members whose values are hidden, wherever they stand.
    pub(crate) hide_members: Vec<String>,
    /// Regular expressions of text that is hidden.
    pub(crate) hide_patterns: Vec<String>,
}

impl Default for Capture {
    fn default() -> Self {
        Self {
            proxies: Vec::new(),
            consumers: Vec::new(),
            methods: Vec::new(),
            errors_only: false,
            sample: Text(Share::ALL),
            size: Text(Size(4 << 10)),
            read: Text(Size(256 << 10)),
            hold: Text(Size(64 << 20)),
            hide_pointers: Vec::new(),
            hide_members: Vec::new(),
            hide_patterns: Vec::new(),
        }
    }
}
