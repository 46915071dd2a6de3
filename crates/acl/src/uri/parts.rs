//! The parts of a URI.

/// Stands for `*` while a pattern is normalised. No URI has control characters.
pub(crate) const ANY: u8 = 1;
/// Stands for `**`.
pub(crate) const ALL: u8 = 2;

/// The parts of a URI (RFC 3986 section 3), as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// Before the first `:`, where that is a scheme.
    pub(super) scheme: Option<&'a str>,
    /// Behind `//`.
    pub(super) authority: Option<&'a str>,
    /// To the first `?` or `#`.
    pub(super) path: &'a str,
    /// All of query and fragment, with their delimiters.
    pub(super) tail: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(uri: &'a str) -> Self {
        let (scheme, rest) = match uri.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, uri),
        };
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, rest) = cut(rest, &['/', '?', '#']);
                (Some(authority), rest)
            }
            None => (None, rest),
        };
        let (path, tail) = cut(rest, &['?', '#']);
        Self {
            scheme,
            authority,
            path,
            tail,
        }
    }

    /// How many bytes path, query and fragment have.
    pub(super) const fn rest_len(&self) -> usize {
        self.path.len() + self.tail.len()
    }
}

/// What stands before the first of these, and the rest with it.
fn cut<'a>(text: &'a str, at: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, or the mark of a `*` in a pattern.
fn is_scheme(text: &str) -> bool {
    let marked = |byte: u8| byte == ANY || byte == ALL;
    let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first < ' ')
        && text.bytes().all(|byte| more(byte) || marked(byte))
}

/// The authority without what is the same without it: user information only where `bare`, the default
/// port, and the case of the host.
pub(super) fn authority(scheme: &str, authority: &str, bare: bool) -> String {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let host = host.to_ascii_lowercase();
    let host = match (scheme, host.rsplit_once(':')) {
        // The last `:` of an address in brackets is not that of a port.
        ("http" | "https", Some((name, port)))
            if !port.ends_with(']') && (name.ends_with(']') || !name.contains(':')) =>
        {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            let default = if scheme == "http" { "80" } else { "443" };
            let is_default = port.is_empty() || port.trim_start_matches('0') == default;
            if digits && is_default { name } else { &host }
        }
        ("file", _) if bare && host == "localhost" => "",
        _ => &host,
    };
    match user {
        Some(user) if !bare => format!("{user}@{host}"),
        _ => host.to_owned(),
    }
}
