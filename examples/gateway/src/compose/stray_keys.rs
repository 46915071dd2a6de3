//! Keys that open what is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use tollbar::plan::key::{KeyRecord, KeyState, Proxies};

/// How many proxies are named, and how many keys of each.
const NAMED: usize = 5;

/// What is told of keys that open a proxy which is not among these: one line for each such proxy. It
/// was renamed, or the key was made for another gateway with the same key file. Keys that have ended
/// are left out.
pub(crate) fn stray_keys<'a>(
    records: &[KeyRecord],
    proxies: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let here: BTreeSet<&str> = proxies.into_iter().collect();
    let now = SystemTime::now();
    let mut stray: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for record in records {
        let may_work = matches!(record.state(now), KeyState::Active | KeyState::Suspended);
        if let (Proxies::Named(names), true) = (&record.proxies, may_work) {
            for name in names.iter().filter(|name| !here.contains(name.as_str())) {
                stray.entry(name).or_default().push(&record.name);
            }
        }
    }
    let more = stray.len().saturating_sub(NAMED);
    let mut lines: Vec<String> = stray
        .into_iter()
        .take(NAMED)
        .map(|(proxy, keys)| line(proxy, keys))
        .collect();
    if more > 0 {
        lines.push(format!(
            "keys open {more} more proxies that are not here: `tollbar-gateway keys list`"
        ));
    }
    lines
}

fn line(proxy: &str, mut keys: Vec<&str>) -> String {
    keys.sort_unstable();
    let (word, open) = match keys.len() {
        1 => ("key", "opens"),
        _ => ("keys", "open"),
    };
    let more = match keys.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named: Vec<String> = keys
        .iter()
        .take(NAMED)
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    format!(
        "the {word} {}{more} {open} `{}`, which is no proxy here: `tollbar-gateway keys update NAME \
         --proxy PROXY` opens another one",
        named.join(", "),
        proxy.escape_debug()
    )
}
