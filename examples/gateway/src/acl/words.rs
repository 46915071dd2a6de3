//! Decisions in words.

use tollbar::acl::{Decision, Outcome};

use crate::{keys::escaped, table::WIDTH};

/// What is decided, in a sentence: `allowed by rule `a``.
pub(super) fn sentence(decision: &Decision) -> String {
    let rule = decision.rule().map(|rule| format!("`{}`", escaped(rule)));
    match (decision.outcome(), rule) {
        (Outcome::Allow, Some(rule)) => format!("allowed by {rule}"),
        (Outcome::Allow, None) => "allowed: there are no rules".to_owned(),
        (Outcome::Deny, Some(rule)) => format!("denied by {rule}"),
        (Outcome::Deny, None) => "denied: no rule allows it".to_owned(),
        (Outcome::NeedScopes(scopes), rule) => {
            let rule = rule.map_or_else(String::new, |rule| format!(", by {rule}"));
            format!("needs the scopes {}{rule}", quoted(scopes))
        }
    }
}

/// What is decided, in one word for machines.
pub(super) const fn word(decision: &Decision) -> &'static str {
    match decision.outcome() {
        Outcome::Allow => "allow",
        Outcome::Deny => "deny",
        Outcome::NeedScopes(_) => "needs_scopes",
    }
}

/// Texts in backticks.
pub(super) fn quoted<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts
        .iter()
        .map(|text| format!("`{}`", escaped(text.as_ref())))
        .collect();
    texts.join(", ")
}

/// A text in lines that fit behind this indentation, the first one without it.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut wrapped = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            used = 0;
        } else if used > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_texts_fit() {
        let text = "one two three ".repeat(20);
        for line in wrapped(text.trim(), 12).lines().skip(1) {
            assert!(line.starts_with("            ") && line.chars().count() <= 80);
        }
        assert_eq!(wrapped("a b", 4), "a b");
    }
}
