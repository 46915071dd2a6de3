//! Which proxies a key opens, in words.

use tollbar::plan::key::{KeyRecord, Proxies};

use super::{desk::Desk, escaped::escaped};

/// How many names a line of a table has room for.
const ROOM: usize = 2;

/// All of them.
pub(super) fn proxies(desk: &Desk, record: &KeyRecord) -> String {
    match names(desk, record) {
        Some(names) => names.join(", "),
        None => "all proxies".to_owned(),
    }
}

/// As many as fit into a line of a table. What needs a look stands first.
pub(super) fn proxies_in_brief(desk: &Desk, record: &KeyRecord) -> String {
    match names(desk, record) {
        Some(names) => brief(&names),
        None => "all proxies".to_owned(),
    }
}

/// Names in backticks, as they stand in a sentence.
pub(super) fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The first names, and how many more there are. One more is no shorter than its name.
pub(super) fn brief(names: &[String]) -> String {
    match names.split_at_checked(ROOM) {
        Some((first, rest)) if rest.len() > 1 => {
            format!("{} and {} more", first.join(", "), rest.len())
        }
        _ => names.join(", "),
    }
}

/// The names, those that no proxy has first; `None` is all proxies.
fn names(desk: &Desk, record: &KeyRecord) -> Option<Vec<String>> {
    let Proxies::Named(names) = &record.proxies else {
        return None;
    };
    let (missing, known): (Vec<_>, Vec<_>) = names.iter().partition(|name| desk.lacks(name));
    let missing = missing
        .into_iter()
        .map(|name| format!("{} (no such proxy)", escaped(name)));
    let known = known.into_iter().map(|name| escaped(name));
    Some(missing.chain(known).collect())
}
