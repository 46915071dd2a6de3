//! What is shown of a text in which a URL may stand.
//!
//! The path and the query of an upstream's URL may hold a secret, and a URL with a user name and a
//! password is refused, which must not show them. What is said at the start stands in the log of
//! whatever starts the gateway: for longer, and for more people to read, than the configuration.

#[cfg(test)]
mod tests;

/// One value with `*` for all that may be a secret in it: of what looks like a URL everything but
/// scheme, host and port, of anything else what follows a `?` or comes with an `@`. Every character
/// keeps its column.
pub(crate) fn value(text: &str) -> String {
    let start = text.find("://").map(|scheme| scheme + "://".len());
    let rest = text.get(start.unwrap_or_default()..).unwrap_or_default();
    let end = rest.find(|character| match character {
        '?' => true,
        '/' | '\\' | '#' => start.is_some(),
        _ => false,
    });
    let shown = match (end.unwrap_or(rest.len()), rest.rfind('@')) {
        (end, None) => 0..end,
        // What looks like a host may be a part of a password with a `/`, unless the host has ended.
        (end, Some(at)) if at < end && start.is_some() => at + 1..end,
        (_, Some(_)) => 0..0,
    };
    let offset = start.unwrap_or_default();
    text.char_indices()
        .map(|(place, character)| match place.checked_sub(offset) {
            Some(place) if !shown.contains(&place) => '*',
            _ => character,
        })
        .collect()
}

/// A line of TOML or JSON, each string in it taken for a [`value`].
pub(crate) fn line(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut piece = String::new();
    let mut quote = None;
    let mut is_escaped = false;
    for character in text.chars() {
        let ends = match quote {
            None => matches!(character, '"' | '\''),
            Some(quote) => character == quote && !is_escaped,
        };
        is_escaped = quote == Some('"') && character == '\\' && !is_escaped;
        if ends {
            masked.push_str(&value(&piece));
            masked.push(character);
            piece.clear();
            quote = match quote {
                None => Some(character),
                Some(_) => None,
            };
        } else {
            piece.push(character);
        }
    }
    masked.push_str(&value(&piece));
    masked
}
