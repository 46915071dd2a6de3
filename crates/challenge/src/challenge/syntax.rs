//! The characters of RFC 9110.

/// What stands between two words: `OWS` and `BWS` of RFC 9110 section 5.6.3.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `tchar` of RFC 9110 section 5.6.2.
pub(super) fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What `token68` consists of, but for the `=` behind (RFC 9110 section 11.2).
pub(super) fn is_of_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

/// What is taken for a value without quotes: more than a token, so that a URL is read, too.
pub(super) const fn is_of_bare_value(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b',' | b'"' | b'\\')
}

pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_of_token)
}

pub(super) fn is_token68(text: &str) -> bool {
    let token = text.trim_end_matches('=');
    !token.is_empty() && token.bytes().all(is_of_token68)
}

/// Whether a quoted string can hold this: any text without control characters (RFC 9110 section
/// 5.6.4).
pub(super) fn is_text(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b'\t' || !byte.is_ascii_control())
}
