//! Content type and content encoding of a request.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::{Malformed, header};

/// Judges both.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Malformed> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let first = types.next();
    if types.next().is_some() {
        return Err(Malformed::header("repeated header `content-type`"));
    }
    let is_json = first.and_then(header::plain).is_some_and(is_json);
    if !is_json {
        return Err(unsupported(
            "content type has to be `application/json` in UTF-8",
        ));
    }
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let is_identity = encodings.all(|value| {
        header::plain(value).is_some_and(|encoding| encoding.eq_ignore_ascii_case("identity"))
    });
    if !is_identity {
        return Err(unsupported("content encoding has to be `identity`"));
    }
    Ok(())
}

fn unsupported(message: &'static str) -> Malformed {
    Malformed::request(message).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

/// Whether a content type (RFC 9110, section 8.3.1) is JSON in UTF-8.
fn is_json(value: &str) -> bool {
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    essence
        .trim_end_matches(WHITE)
        .eq_ignore_ascii_case("application/json")
        && are_harmless(parameters)
}

const WHITE: [char; 2] = [' ', '\t'];

/// Whether all parameters are well-formed, and none names another charset than UTF-8.
fn are_harmless(parameters: &str) -> bool {
    let mut rest = parameters.trim_matches(WHITE);
    while !rest.is_empty() {
        if let Some(next) = rest.strip_prefix(';') {
            rest = next.trim_start_matches(WHITE);
            continue;
        }
        let Some((name, value)) = rest.split_once('=') else {
            return false;
        };
        let Some((value, next)) = parameter_value(value) else {
            return false;
        };
        let is_charset = name.eq_ignore_ascii_case("charset");
        if !is_token(name) || is_charset && !value.eq_ignore_ascii_case("utf-8") {
            return false;
        }
        rest = next.trim_start_matches(WHITE);
        if !rest.is_empty() && !rest.starts_with(';') {
            return false;
        }
    }
    true
}

/// Splits a token or a quoted string off. Quoted pairs are not resolved: they only occur in values that do not matter.
fn parameter_value(text: &str) -> Option<(&str, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end)?;
        return is_token(value).then_some((value, rest));
    };
    let mut is_pair = false;
    let end = inside.find(|character| match character {
        _ if is_pair => {
            is_pair = false;
            false
        }
        '\\' => {
            is_pair = true;
            false
        }
        _ => character == '"',
    })?;
    Some((inside.get(..end)?, inside.get(end + 1..)?))
}

/// Whether a text is a token (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}
