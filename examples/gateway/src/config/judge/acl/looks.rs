//! Patterns that look like those of another language.

use crate::config::report::Problem;

/// What a text in this list was probably meant to be, when it is more than a name with `*` in it.
/// Who means it as it stands writes `{ literal = "…" }`.
pub(super) fn doubt(key: &str, text: &str) -> Option<Problem> {
    let literal = "or `{ literal = … }` when it is meant as it stands";
    let warn = |message: String, fix: &str| {
        Some(Problem::warning(message).fix(format!("write {fix}, {literal}")))
    };
    if text.trim() != text {
        let fix = format!("it without the space, `{}`", text.trim());
        return warn(format!("`{text}` begins or ends with a space"), &fix);
    }
    if text.starts_with('^') || text.ends_with('$') || has_class(text) {
        let message = format!("`{text}` looks like a regular expression, and only `*` is special");
        return warn(message, "`{ regex = '…' }`");
    }
    match key {
        "resources" if text.contains('{') => warn(
            format!("`{text}` looks like a template, and in `resources` a `{{` stands for itself"),
            "`*` for a part of a URI, or name the template in `templates`",
        ),
        "resources" if !has_scheme(text) => warn(
            format!("`{text}` has no scheme, and resources are named by their whole URI"),
            "it as `file:///docs/**`",
        ),
        // Templates have braces, in which commas stand (RFC 6570).
        "resources" | "templates" => None,
        _ if has_choice(text) => warn(
            format!("`{text}` looks like a choice, and only `*` is special"),
            "each name by itself, `[\"a\", \"b\"]`",
        ),
        _ => None,
    }
}

/// Whether there is something like `[a-z]` in it. The host of a URI may be `[::1]`.
fn has_class(text: &str) -> bool {
    let mut parts = text.split('[').skip(1);
    parts.any(|part| {
        let class = part.split_once(']').map(|(class, _)| class);
        class.is_some_and(|class| class.contains('-') && !class.contains(':'))
    })
}

/// Whether there is something like `{a,b}` in it.
fn has_choice(text: &str) -> bool {
    let mut parts = text.split('{').skip(1);
    parts.any(|part| part.split_once('}').is_some_and(|(it, _)| it.contains(',')))
}

/// Whether it begins with the scheme of a URI (RFC 3986 3.1), or with a `*` that stands for one.
fn has_scheme(text: &str) -> bool {
    let first = text.split(':').next().unwrap_or_default();
    let scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.*".contains(&byte);
    text.starts_with('*')
        || (first.len() < text.len() && !first.is_empty() && first.bytes().all(scheme))
}
