//! What is shown of a text in which a URL or a key may stand.
//!
//! The path and the query of an upstream's URL may hold a secret, and a URL with a user name and a
//! password is refused, which must not show them. What is said at the start stands in the log of
//! whatever starts the gateway: for longer, and for more people to read, than the configuration. A key
//! of the gateway's own that somebody has pasted is recognised by its prefix, and shown nowhere.

#[cfg(test)]
mod tests;

/// Where metadata of authorization servers is, which is no secret.
const WELL_KNOWN: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

/// One value with `*` for all that may be a secret in it: of what looks like a URL everything but
/// scheme, host, port and a well-known path, of anything else what follows a `?` or comes with an `@`. Every character
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
    let mut known = WELL_KNOWN.iter();
    let known = known.find_map(|path| rest.find(path).map(|from| from..from + path.len()));
    let is_shown = |place: usize| {
        shown.contains(&place) || known.as_ref().is_some_and(|known| known.contains(&place))
    };
    let offset = start.unwrap_or_default();
    let masked: String = text
        .char_indices()
        .map(|(place, character)| match place.checked_sub(offset) {
            Some(place) if !is_shown(place) => '*',
            _ => character,
        })
        .collect();
    keys(&masked)
}

/// What a person has typed for themselves: `*` for the user name and the password of a URL, what follows a
/// `?`, and keys.
pub(crate) fn typed(text: &str) -> String {
    let end = text.find('?').unwrap_or(text.len());
    let start = text.find("://").map_or(0, |scheme| scheme + "://".len());
    // A password may hold anything.
    let host = text.rfind('@').map_or(0, |at| at + 1);
    let start = if start < host { start } else { 0 };
    let masked: String = text
        .char_indices()
        .map(
            |(place, character)| match (start..host).contains(&place) || place > end {
                true => '*',
                false => character,
            },
        )
        .collect();
    keys(&masked)
}

/// What the gateway's own keys begin with.
const KEY: &str = "tollbar_";

/// The longest word behind this prefix that is the target of log lines (`tollbar_upstream`) and no
/// part of a key, in bytes.
const LONGEST_TARGET: usize = 12;

/// The text with `*` for all that looks like a key, or a part of one, behind its prefix.
pub(crate) fn keys(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(KEY) {
        masked.push_str(before);
        masked.push_str(KEY);
        let end = behind.find(|character: char| !character.is_ascii_alphanumeric());
        let (word, after) = behind.split_at(end.unwrap_or(behind.len()));
        rest = match is_target(word) {
            true => behind,
            false => {
                masked.extend(word.chars().map(|_| '*'));
                after
            }
        };
    }
    masked.push_str(rest);
    masked
}

/// Whether something in this text looks like a key.
pub(crate) fn holds_key(text: &str) -> bool {
    keys(text) != text
}

fn is_target(word: &str) -> bool {
    word.len() <= LONGEST_TARGET && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A line of TOML or JSON that could not be read, so that nobody knows what in it is a secret: only
/// the names of keys and of tables are shown.
pub(crate) fn unread(text: &str) -> String {
    let header = text.trim_start().starts_with('[') && !text.contains(['"', '\'', ',']);
    if header {
        return keys(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    // Names stand at the beginning of a line, of a table, and behind a comma.
    let mut may_be_name = true;
    while let Some(first) = rest.chars().next() {
        let length = word(rest);
        if length == 0 {
            may_be_name = matches!(first, '{' | ',') || may_be_name && first.is_whitespace();
            masked.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, behind) = rest.split_at(length);
        match std::mem::take(&mut may_be_name) && is_before_value(behind) {
            true => masked.push_str(&keys(word)),
            false => masked.extend(word.chars().map(|character| match character {
                '"' | '\'' => character,
                _ => '*',
            })),
        }
        rest = behind;
    }
    masked
}

/// Whether what stands before this text is the name of a key. The `=` at the end of a word in base64
/// is none of a key.
fn is_before_value(behind: &str) -> bool {
    let is_padding = |rest: &str| rest.is_empty() || rest.starts_with(['=', ',', ']']);
    match behind.trim_start().strip_prefix(['=', ':']) {
        Some(rest) => behind.starts_with([' ', '\t']) || !is_padding(rest),
        None => false,
    }
}

/// The length of what the text begins with, in bytes: a string, closed or not, or all up to the next
/// space or sign. 0 when it begins with one of these.
fn word(text: &str) -> usize {
    let mut characters = text.char_indices();
    match characters.next() {
        Some((_, quote @ ('"' | '\''))) => {
            let mut is_escaped = false;
            for (place, character) in characters {
                if character == quote && !is_escaped {
                    return place + quote.len_utf8();
                }
                is_escaped = quote == '"' && character == '\\' && !is_escaped;
            }
            text.len()
        }
        _ => text
            .find(|character: char| character.is_whitespace() || "=:,[]{}\"'".contains(character))
            .unwrap_or(text.len()),
    }
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
