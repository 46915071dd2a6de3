//! What a row says of what comes back.

use serde::Deserialize;

use super::{version::Version, wire::Reply};

/// What has to come back. An empty list is about nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Expected {
    #[serde(default)]
    pub(super) status: Vec<u16>,
    #[serde(default)]
    modern_status: Vec<u16>,
    #[serde(default)]
    code: Vec<i64>,
    #[serde(default)]
    modern_code: Vec<i64>,
}

impl Expected {
    pub(super) fn holds(&self, version: Version, reply: &Reply) -> Result<(), String> {
        let modern = version.is_modern();
        let statuses = match modern && !self.modern_status.is_empty() {
            true => &self.modern_status,
            false => &self.status,
        };
        if !statuses.is_empty() && !statuses.contains(&reply.status) {
            return Err(format!(
                "its status is {}, not one of {statuses:?}",
                reply.status
            ));
        }
        let codes = match modern && !self.modern_code.is_empty() {
            true => &self.modern_code,
            false => &self.code,
        };
        match reply.code() {
            _ if codes.is_empty() => Ok(()),
            Some(code) if codes.contains(&code) => Ok(()),
            other => Err(format!("its code is {other:?}, not one of {codes:?}")),
        }
    }
}
