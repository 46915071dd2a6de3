//! Keys that are known, and stand in another place.

use super::{Rules, Walk, synonym};
use crate::config::tree::{Place, Value};

impl<'a> Walk<'a> {
    /// The key of an authorization server that was written into a plan.
    pub(super) fn of_a_server(
        &self,
        key: &str,
        place: &Place,
        rules: Rules<'a>,
    ) -> Option<&'a str> {
        if place.header() != "proxy.plan" {
            return None;
        }
        let servers = self.rules(self.schema).member("authorization_server")?;
        let server = self.rules(self.rules(servers).items()?);
        let meant = synonym::key(key, server.members())?;
        // What plans have too, or nearly, is a slip.
        (synonym::key(key, rules.members()).is_none() || key == meant).then_some(meant)
    }

    /// How the section of a proxy is begun that was written as one of the whole.
    pub(super) fn misplaced(&self, key: &str, place: &Place) -> Option<String> {
        if *place != Place::root() {
            return None;
        }
        let proxies = self.rules(self.schema).member("proxy")?;
        let section = self.rules(self.rules(proxies).items()?).member(key)?;
        let (section, empty) = (self.rules(section), Value::Table(Vec::new()));
        if section.items().is_some() {
            Some(format!("[[proxy.{key}]]"))
        } else {
            section
                .allows_type(&empty)
                .then(|| format!("[proxy.{key}]"))
        }
    }
}
