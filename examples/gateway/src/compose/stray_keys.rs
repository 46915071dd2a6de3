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

#[cfg(test)]
mod tests {
    use tollbar::plan::key::{Keys, MemoryStore, NewKey, Pepper};

    use super::{NAMED, stray_keys};

    #[tokio::test]
    async fn a_few_are_named_and_the_others_counted() {
        let keys = Keys::new(MemoryStore::new(), Pepper::generate().unwrap());
        let names: Vec<String> = (0..NAMED + 2).map(|index| format!("n{index}")).collect();
        for name in &names {
            let key = NewKey::new(name.as_str())
                .proxy("gone")
                .proxy(name.as_str());
            keys.create(key).await.unwrap();
        }
        keys.create(NewKey::new("all").all_proxies()).await.unwrap();
        let records = keys.list().await.unwrap();
        let here = || names.iter().map(String::as_str);
        assert_eq!(
            stray_keys(&records, here()),
            [
                "the keys `n0`, `n1`, `n2`, `n3`, `n4` and 2 more open `gone`, which is no proxy \
                 here: `tollbar-gateway keys update NAME --proxy PROXY` opens another one"
            ]
        );
        let all = stray_keys(&records, []);
        assert_eq!(all.len(), NAMED + 1);
        assert!(
            all[1].starts_with("the key `n0` opens `n0`, which"),
            "{all:?}"
        );
        assert!(
            all[NAMED].starts_with("keys open 3 more proxies"),
            "{all:?}"
        );
        assert!(stray_keys(&records, here().chain(["gone"])).is_empty());
    }
}
