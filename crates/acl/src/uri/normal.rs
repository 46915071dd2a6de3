//! The normal form of RFC 3986.

use super::{
    parts::{self, Parts},
    segments,
};

/// Normalises by syntax (RFC 3986 section 6.2.2) and, for `http` and `https`, by scheme (section
/// 6.2.3). Twice is the same as once. What has no scheme stays as it is.
pub(super) fn of(uri: &str) -> String {
    let parts = Parts::of(uri);
    // Without a scheme it is no URI (section 3), and must not become one by being decoded.
    let Some(scheme) = parts.scheme else {
        return uri.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let mut normal = String::with_capacity(uri.len());
    normal.push_str(&scheme);
    normal.push(':');
    let path = segments::remove_dots(&percent(parts.path));
    match parts.authority {
        Some(authority) => {
            normal.push_str("//");
            let authority = parts::authority(&scheme, &percent(authority), false);
            // The host is in lower case now, and so are its escapes.
            normal.push_str(&percent(&authority));
            if path.is_empty() && matches!(scheme.as_str(), "http" | "https") {
                normal.push('/');
            }
        }
        // Or the path would be read as an authority.
        None if path.starts_with("//") => normal.push_str("/."),
        None => {}
    }
    normal.push_str(&path);
    normal.push_str(&percent(parts.tail));
    normal
}

/// Decodes what need not be encoded (RFC 3986 section 2.3), and writes the rest in upper case. A `%`
/// that encodes nothing becomes `%25`, so that it cannot begin to.
fn percent(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        normal.push_str(before);
        match octet(after.as_bytes()) {
            Some(octet) => {
                if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
                    normal.push(octet.into());
                } else {
                    normal.push('%');
                    normal.extend(
                        after
                            .chars()
                            .take(2)
                            .map(|digit| digit.to_ascii_uppercase()),
                    );
                }
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                normal.push_str("%25");
                rest = after;
            }
        }
    }
    normal.push_str(rest);
    normal
}

/// The octet of two hexadecimal digits at the beginning.
pub(super) fn octet(text: &[u8]) -> Option<u8> {
    let digit = |place: usize| char::from(*text.get(place)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}
