//! Keys which some parser takes for another key.

/// Finds the name that a lenient parser may take `key` for, although it is none of the names.
///
/// Go's `encoding/json` ignores case and folds U+017F to `s` and U+212A to `k`; others fold U+0130 and U+0131 to
/// `i`. The names have to be ASCII.
pub(crate) fn variant(key: &str, names: &[&'static str]) -> Option<&'static str> {
    let is_ascii = key.is_ascii();
    let mut found = None;
    for &name in names {
        if key == name {
            return None;
        }
        if folds_to(key, name, is_ascii) {
            found = Some(name);
        }
    }
    found
}

fn folds_to(key: &str, name: &str, is_ascii: bool) -> bool {
    if is_ascii {
        return key.eq_ignore_ascii_case(name);
    }
    let folded = name.chars().map(|character| character.to_ascii_lowercase());
    key.chars().map(fold).eq(folded)
}

fn fold(character: char) -> char {
    match character {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        '\u{130}' | '\u{131}' => 'i',
        other => other.to_ascii_lowercase(),
    }
}
