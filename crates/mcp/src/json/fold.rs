//! Keys which some parser takes for another key.

/// Whether a lenient parser may take `key` for `name`, although they differ.
///
/// Go's `encoding/json` ignores case and folds U+017F to `s` and U+212A to `k`; others fold U+0130 and U+0131 to
/// `i`. `name` has to be ASCII.
pub(crate) fn folds_to(key: &str, name: &str) -> bool {
    if key == name {
        return false;
    }
    if key.is_ascii() {
        return key.eq_ignore_ascii_case(name);
    }
    key.chars()
        .map(fold)
        .eq(name.chars().map(|character| character.to_ascii_lowercase()))
}

fn fold(character: char) -> char {
    match character {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        '\u{130}' | '\u{131}' => 'i',
        other => other.to_ascii_lowercase(),
    }
}
