//! What a careless server may make of a name.

/// The name without white space around it and without characters that cannot be seen; `None` where
/// there is none of either. A rule that denies `get_secret` is about `get_secret ` too: some servers trim.
pub(super) fn of(name: &str) -> Option<String> {
    let is_odd = |character: char| character.is_whitespace() || is_invisible(character);
    if !name.contains(is_odd) {
        return None;
    }
    let visible: String = name.chars().filter(|it| !is_invisible(*it)).collect();
    let bare = visible.trim();
    (bare != name).then(|| bare.to_owned())
}

/// Characters that show nothing (Unicode, `Default_Ignorable_Code_Point`).
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        for odd in [
            "get ",
            " get",
            "get\u{200B}",
            "g\u{AD}et",
            "\u{FEFF}get\u{A0}",
        ] {
            assert_eq!(of(odd).as_deref(), Some("get"), "{odd:?}");
        }
        for plain in ["get", "get me", "g\u{E9}t", ""] {
            assert_eq!(of(plain), None, "{plain:?}");
        }
    }
}
