//! Keys that are known and stand in another place, or are said in another way.

use super::{Rules, Walk, synonym};
use crate::config::tree::{Entry, Place, Value};

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

/// What is written in the place of a key that there was once.
pub(super) fn instead(entry: &Entry, place: &Place) -> Option<&'static str> {
    let key = entry.key.to_ascii_lowercase().replace('-', "_");
    if place.header() != "proxy.upstream" || key != "forward_authorization" {
        return None;
    }
    Some(match entry.node.value {
        Value::Boolean(false) => {
            "remove it: `authorization` does not go on without `[proxy.relay]`"
        }
        _ => {
            "write `[proxy.relay]`, behind the keys of its `[[proxy]]`: the server judges tokens \
             itself then, and clients learn from it how to log in"
        }
    })
}
