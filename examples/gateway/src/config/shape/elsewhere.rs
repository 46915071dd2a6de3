//! Keys that are known and stand in another place, or are said in another way.

use serde_json::Value as Json;

use super::{Rules, Walk, synonym};
use crate::config::tree::{Entry, Node, Place, Value};

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

    /// Where a key belongs that stands in `[proxy.relay]` and is one of its proxy or of a plan there, or
    /// that stands in a plan and is one of `[proxy.relay]`.
    pub(super) fn of_the_relay(&self, entry: &Entry, place: &Place) -> Option<String> {
        let key = entry.key.as_str();
        let proxies = self.rules(self.schema).member("proxy")?;
        let proxy = self.rules(self.rules(proxies).items()?);
        let has = |section: Option<Rules<'_>>| {
            section.is_some_and(|section| section.members().any(|member| member == key))
        };
        let relay = proxy
            .member("relay")
            .and_then(|schema| self.section(schema));
        let plans = proxy
            .member("plan")
            .and_then(|schema| self.rules(schema).items());
        let plan = plans.map(|schema| self.rules(schema));
        let servers = self.rules(self.schema).member("authorization_server");
        let servers = servers.and_then(|schema| self.rules(schema).items());
        let server = servers.map(|schema| self.rules(schema));
        match place.header().as_str() {
            // A key with that name has the URLs of servers; in a plan it has the name of one.
            "proxy.relay" if key == "authorization_server" && is_url(&entry.node) => None,
            "proxy.relay" if has(plan) => Some(format!(
                "`{key}` belongs in a `[[proxy.plan]]` with `type = \"relay\"`, beside `[proxy.relay]`"
            )),
            "proxy.relay" if has(Some(proxy)) => Some(
                "keys of `[[proxy]]` stand before `[proxy.relay]`: move it up, above that line"
                    .to_owned(),
            ),
            "proxy.plan" if key != "authorization_servers" && has(relay) && !has(server) => Some(
                format!("`{key}` belongs in `[proxy.relay]`, beside the plans"),
            ),
            _ => None,
        }
    }

    /// The table that an optional section is.
    fn section(&self, schema: &'a Json) -> Option<Rules<'a>> {
        let rules = self.rules(schema);
        let choices = rules.choices().unwrap_or_default().iter();
        let mut choices = choices.map(|choice| self.rules(choice));
        let table = choices.find(|rules| rules.members().next().is_some());
        table.or(Some(rules))
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

/// Whether this is the URL of something, or several.
fn is_url(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => text.contains("://"),
        Value::List(_) => true,
        _ => false,
    }
}

/// How a section is written whose name has a value that is none.
pub(super) fn section(node: &Node, place: &Place) -> Option<String> {
    if place.header() != "proxy.relay" {
        return None;
    }
    let section = "write `[proxy.relay]`, which may be empty, behind the keys of its `[[proxy]]`";
    Some(match &node.value {
        Value::Boolean(false) => "remove it: nothing is relayed without `[proxy.relay]`".to_owned(),
        Value::Text(mode) if MODES.contains(&mode.as_str()) => {
            format!("{section}, and `mode = \"{mode}\"` in it")
        }
        _ => section.to_owned(),
    })
}

/// The words of `mode` in `[proxy.relay]`.
const MODES: [&str; 3] = ["mirror", "verbatim", "synthesised"];

/// The keys of a proxy that stand below `[proxy.relay]`, and so became that section's.
pub(super) fn swallowed(entries: &[Entry], place: &Place) -> Vec<String> {
    let relay = entries.iter().find(|entry| entry.key == "relay");
    match (
        place.header().as_str(),
        relay.map(|entry| &entry.node.value),
    ) {
        ("proxy", Some(Value::Table(entries))) => {
            entries.iter().map(|entry| entry.key.clone()).collect()
        }
        _ => Vec::new(),
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
