//! URIs without the credentials in them.

use std::borrow::Cow;

use crate::secret::{HIDDEN, Meaning};

/// How often a URI may stand in a parameter of another one. What is deeper is hidden as a whole.
const DEEPEST: usize = 3;

/// The URI with `[hidden]` in the place of its user info (RFC 3986 section 3.2.1), and of the values of parameters that
/// are called like a secret. Their names stay. A URI within another one counts as well.
pub(super) fn without_credentials(uri: &str) -> Cow<'_, str> {
    shown(uri, 0)
}

fn shown(uri: &str, depth: usize) -> Cow<'_, str> {
    // Neither user info nor a parameter is without one of these.
    if !uri.contains(['@', '=']) {
        return Cow::Borrowed(uri);
    }
    match without_user(uri) {
        Cow::Borrowed(uri) => without_values(uri, depth),
        Cow::Owned(uri) => Cow::Owned(without_values(&uri, depth).into_owned()),
    }
}

/// Without what stands before an `@` at the beginning of an authority, or of what has none.
fn without_user(uri: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    let mut hide = |start: usize, end: usize| {
        if start < end {
            out.push_str(uri.get(done..start).unwrap_or_default());
            out.push_str(HIDDEN);
            done = end;
        }
    };
    let mut from = uri.find("//").unwrap_or(uri.len());
    // `sip:ann:secret@host`. An address alone (`mailto:ann@host`) is no credential.
    let (head, _) = uri.split_at_checked(from).unwrap_or((uri, ""));
    if let (Some(colon), Some(at)) = (head.find(':'), head.rfind('@'))
        && head
            .get(colon + 1..at)
            .is_some_and(|user| user.contains(':'))
    {
        hide(colon + 1, at);
    }
    while let Some(found) = uri.get(from..).and_then(|rest| rest.find("//")) {
        let start = from + found + 2;
        let behind = uri.get(start..).unwrap_or_default();
        let length = behind.find(['/', '?', '#']).unwrap_or(behind.len());
        let authority = behind.get(..length).unwrap_or_default();
        let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
        let at = match authority.rfind('@') {
            None if is_port(port) => None,
            // A password with a `/` in it, which nobody should write like that. No port has letters.
            None => behind.rfind('@'),
            at => at,
        };
        hide(start, start + at.unwrap_or_default());
        from = start + at.unwrap_or(length);
    }
    match done {
        0 => Cow::Borrowed(uri),
        _ => Cow::Owned(out + uri.get(done..).unwrap_or_default()),
    }
}

fn is_port(text: &str) -> bool {
    // The end of an address of IPv6 has a bracket.
    text.bytes().all(|it| it.is_ascii_digit()) || text.ends_with(']')
}

/// Without the values of parameters: of the query, of the fragment, of a path.
fn without_values(uri: &str, depth: usize) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(found) = uri
        .get(from..)
        .and_then(|rest| rest.find(['?', '&', ';', '#']))
    {
        from += found + 1;
        let behind = uri.get(from..).unwrap_or_default();
        let length = behind
            .find(['=', '?', '&', ';', '#'])
            .unwrap_or(behind.len());
        let (name, value) = behind.split_at_checked(length).unwrap_or((behind, ""));
        let Some(value) = value.strip_prefix('=') else {
            from += length;
            continue;
        };
        let start = from + length + 1;
        from = start;
        let all = value.split(['&', '#']).next().unwrap_or(value);
        let is_named = Meaning::of_parameter(&decoded(name)) != Meaning::Open;
        if all.is_empty() || !(is_named || is_nested(all, depth)) {
            continue;
        }
        out.push_str(uri.get(done..start).unwrap_or_default());
        out.push_str(HIDDEN);
        from = start + all.len();
        done = from;
    }
    match done {
        0 => Cow::Borrowed(uri),
        _ => Cow::Owned(out + uri.get(done..).unwrap_or_default()),
    }
}

/// Whether there is something to hide in a value once its escapes are read.
fn is_nested(value: &str, depth: usize) -> bool {
    match decoded(value) {
        Cow::Borrowed(_) => false,
        Cow::Owned(_) if depth == DEEPEST => true,
        Cow::Owned(value) => matches!(shown(&value, depth + 1), Cow::Owned(_)),
    }
}

/// The text with its percent-encoding (RFC 3986 section 2.1) read. What is none stays.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let digit = |byte: Option<&u8>| {
        char::from(*byte?)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let pair = (digit(bytes.get(index + 1)), digit(bytes.get(index + 2)));
        match (byte, pair) {
            (b'%', (Some(high), Some(low))) => {
                out.push(high << 4 | low);
                index += 3;
            }
            _ => {
                out.push(*byte);
                index += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::without_credentials;

    #[test]
    fn credentials_are_hidden_and_the_rest_stays() {
        for (uri, expected) in [
            (
                "https://u:hush@h/?token=hush",
                "https://[hidden]@h/?token=[hidden]",
            ),
            ("https://hush@h/a?a=b", "https://[hidden]@h/a?a=b"),
            ("https://u:hu@sh@h:8080/a", "https://[hidden]@h:8080/a"),
            ("https://u:hu/sh@h/a", "https://[hidden]@h/a"),
            ("//u:hush@h", "//[hidden]@h"),
            (
                "jdbc:postgresql://u:hush@h/db",
                "jdbc:postgresql://[hidden]@h/db",
            ),
            (
                "view:https://u:hush@h/http://u:hush@h",
                "view:https://[hidden]@h/http://[hidden]@h",
            ),
            ("sip:ann:hush@h", "sip:[hidden]@h"),
            (
                "db://h/t?a=1&api_key=hush&b=2",
                "db://h/t?a=1&api_key=[hidden]&b=2",
            ),
            (
                "db://h?X-Amz-Signature=hush;hush&sig=hush#top",
                "db://h?X-Amz-Signature=[hidden]&sig=[hidden]#top",
            ),
            ("db://h#access_token=hush", "db://h#access_token=[hidden]"),
            ("db://h/;jsessionid=hush?a=b", "db://h/;jsessionid=[hidden]"),
            ("db://h?%74oken=hush", "db://h?%74oken=[hidden]"),
            (
                "db://h?next=https://h/?token=hush",
                "db://h?next=https://h/?token=[hidden]",
            ),
            (
                "db://h?next=https%3A%2F%2Fu%3Ahush%40h&a=b",
                "db://h?next=[hidden]&a=b",
            ),
            (
                "db://h?n=h%3A%2F%2Fh%3Fn%3Dh%253A%252F%252Fh%253Ftoken%253Dhush",
                "db://h?n=[hidden]",
            ),
            ("note?token=hush", "note?token=[hidden]"),
            ("db://h?tokens=7", "db://h?tokens=[hidden]"),
        ] {
            assert_eq!(without_credentials(uri), expected);
        }
    }

    #[test]
    fn what_has_none_is_not_copied() {
        for uri in [
            "",
            "file:///a/b",
            "https://h/@ann/post",
            "https://h:80/a@b",
            "https://[::1]/a@b",
            "mailto:ann@h",
            "db://h?page=2&author=ann%20b",
            "db://h{?token}",
            "db://h?token=",
            "db://h?a=https%3A%2F%2Fh",
            "//@h/",
            "%",
            "a=%f",
            "?=&=;=#=",
            "https://h?mail=a@b",
        ] {
            assert!(
                matches!(without_credentials(uri), Cow::Borrowed(same) if same == uri),
                "{uri}"
            );
        }
    }
}
