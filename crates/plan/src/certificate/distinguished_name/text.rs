//! A name that people have written.

use super::{InvalidName, attribute, value};
use crate::certificate::hex;

/// Tags of the kinds of string that are written as text: UTF8String, NumericString, PrintableString
/// and IA5String (X.680 section 8.6).
const TEXT: &[u8] = &[0x0c, 0x12, 0x13, 0x16];

/// The name as [`write`](super::write) would write it.
pub(in crate::certificate) fn normalise(name: &str) -> Result<String, InvalidName> {
    let mut elements = Vec::new();
    for element in split(name, b',') {
        let parts = split(element, b'+')
            .into_iter()
            .map(|part| normalise_attribute(part, name));
        let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
        parts.sort_unstable();
        elements.push(parts.join("+"));
    }
    Ok(elements.join(","))
}

fn normalise_attribute(part: &str, name: &str) -> Result<String, InvalidName> {
    let (attribute, value) = part
        .split_once('=')
        .ok_or_else(|| InvalidName::NotAName(name.to_owned()))?;
    let (attribute, value) = (attribute.trim_matches(' '), value.trim_start_matches(' '));
    let known = attribute::named(attribute).or_else(|| attribute::name_of(attribute));
    if known.is_none() && !is_identifier(attribute) {
        return Err(InvalidName::Attribute(attribute.to_owned()));
    }
    let invalid = || InvalidName::Value(part.to_owned());
    let form = || InvalidName::Form(part.to_owned());
    match (known, value.strip_prefix('#')) {
        (known, Some(digits)) => {
            let der = hex::decode(digits.trim_end_matches(' ').as_bytes()).ok_or_else(invalid)?;
            let tag = der.first().ok_or_else(invalid)?;
            if known.is_some() && TEXT.contains(tag) {
                return Err(form());
            }
            let attribute = known.unwrap_or(attribute);
            Ok(format!("{attribute}=#{}", hex::encode(&der)))
        }
        (Some(known), None) => {
            let text = value::unescape(value).ok_or_else(invalid)?;
            Ok(format!("{known}={}", value::escape(&text)))
        }
        (None, None) => Err(form()),
    }
}

/// Whether this is an object identifier with dots (RFC 4512 section 1.4, `numericoid`).
pub(super) fn is_identifier(text: &str) -> bool {
    let is_number = |number: &str| {
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits && (number == "0" || !number.starts_with('0'))
    };
    text.contains('.') && text.split('.').all(is_number)
}

/// The pieces between separators that are not escaped.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut is_escaped = false;
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !is_escaped && byte == separator {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        is_escaped = !is_escaped && byte == b'\\';
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}
