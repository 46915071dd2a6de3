//! Text of strangers, of bounded length, without keys of this gateway.

use std::borrow::Cow;

use crate::secret::HIDDEN;

/// The most bytes of one text in an event. A name in a message may be as long.
pub(crate) const LONGEST: usize = 1024;

/// What each key of this gateway begins with. Nobody has to write it in small letters.
const KEY: &str = "tollbar_";

/// What is behind that has at least so many characters, even in a key that somebody has cut in half: there may be tools
/// with names like `tollbar_status`.
const LEAST: usize = 20;

/// The text without keys of this gateway, cut at [`LONGEST`] bytes with a `…` behind it where that is not all.
pub(crate) fn kept(text: &str) -> Box<str> {
    cut(&without_keys(text), LONGEST)
}

/// Likewise, for text that may be nobody else's.
pub(super) fn kept_owned(text: Cow<'_, str>) -> Box<str> {
    match text {
        Cow::Owned(text) if text.len() <= LONGEST && !has_key(&text) => text.into(),
        text => kept(&text),
    }
}

/// The text, cut at so many bytes with a `…` behind it where that is not all.
pub(crate) fn cut(text: &str, longest: usize) -> Box<str> {
    if text.len() <= longest {
        return text.into();
    }
    // `None` is the middle of a character.
    let kept = (0..=longest).rev().find_map(|end| text.get(..end));
    format!("{}…", kept.unwrap_or_default()).into()
}

/// The text with `[hidden]` in the place of what may be a key of this gateway, whole or not: the same form that a
/// [`Capture`](crate::Capture) hides.
pub(crate) fn without_keys(text: &str) -> Cow<'_, str> {
    let Some((mut before, mut rest)) = split(text) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len());
    loop {
        shown.push_str(before);
        shown.push_str(HIDDEN);
        match split(rest) {
            Some(parts) => (before, rest) = parts,
            None => break,
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn has_key(text: &str) -> bool {
    split(text).is_some()
}

/// What stands before the first key, and behind it.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    // Most text has no underscore at all.
    while let Some(found) = text.get(from..)?.find('_') {
        let end = from + found + 1;
        let start = end.checked_sub(KEY.len());
        let name = start.and_then(|start| text.get(start..end));
        let behind = text.get(end..)?;
        let rest = behind.trim_start_matches(|it: char| it.is_ascii_alphanumeric());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(KEY))
            && behind.len() - rest.len() >= LEAST
        {
            return Some((text.get(..start?)?, rest));
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{LONGEST, kept, kept_owned, without_keys};

    #[test]
    fn long_text_is_cut_between_two_characters() {
        let longest = "x".repeat(LONGEST);
        assert_eq!(&*kept(&longest), longest);
        assert_eq!(&*kept(&format!("{longest}x")), format!("{longest}\u{2026}"));
        // Two bytes each, and the limit falls into the middle of one.
        let odd = format!("x{}", "\u{e4}".repeat(LONGEST));
        let cut = kept(&odd);
        assert_eq!(cut.len(), LONGEST - 1 + '\u{2026}'.len_utf8());
        assert!(odd.starts_with(cut.trim_end_matches('\u{2026}')));
    }

    #[test]
    fn keys_of_the_gateway_are_hidden_and_nothing_else() {
        let rest = "a1".repeat(10);
        for (text, expected) in [
            ("tollbar_R", "[hidden]"),
            ("x_TollBar_R-tollbar_Rb!", "x_[hidden]-[hidden]!"),
            ("\u{e4}_tollbar_R\u{e4}", "\u{e4}_[hidden]\u{e4}"),
            ("_tollbar_tollbar_R", "_tollbar_[hidden]"),
        ] {
            let text = text.replace('R', &rest);
            assert_eq!(without_keys(&text), expected);
            assert_eq!(&*kept_owned(Cow::Owned(text.clone())), expected);
        }
        for text in [
            "",
            "_",
            "get_weather",
            "tollbar_",
            "tollbar-a",
            "tollbar_status",
            "tollbar_0123456789abcdefghi",
            "toll_bar_a",
            "\u{e4}ollbar_a",
        ] {
            assert!(matches!(without_keys(text), Cow::Borrowed(same) if same == text));
        }
        // Before it is cut, so that no half is left.
        let late = format!("{}tollbar_{}", "-".repeat(LONGEST - 9), "x".repeat(40));
        assert!(!kept(&late).contains("tollbar"));
    }
}
