//! Numbers (RFC 8259, section 6).

/// The largest magnitude that is accepted, save [`MAXIMUM`].
///
/// Some units in the last place below `f64::MAX`, because fast parsers round twice and overflow earlier than exact
/// ones do.
const LARGEST: f64 = 1.797_693_134_862_314e308;

/// `f64::MAX` as programs write it, before its exponent: a usual bound in schemas, which all parsers read.
const MAXIMUM: &str = "1.7976931348623157";

/// So many digits cannot overflow without an exponent.
const SAFE_DIGITS: usize = 300;

/// Finds the end of a number that starts at the first of `bytes`.
///
/// `None` when the grammar is violated.
pub(super) fn end(bytes: &[u8]) -> Option<Number> {
    let mut length = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(length)? {
        b'0' => length += 1,
        b'1'..=b'9' => length += digits(bytes, length),
        _ => return None,
    }
    if bytes.get(length) == Some(&b'.') {
        let fraction = digits(bytes, length + 1);
        if fraction == 0 {
            return None;
        }
        length += 1 + fraction;
    }
    let mut has_exponent = false;
    if let Some(b'e' | b'E') = bytes.get(length) {
        has_exponent = true;
        length += 1;
        if let Some(b'+' | b'-') = bytes.get(length) {
            length += 1;
        }
        let exponent = digits(bytes, length);
        if exponent == 0 {
            return None;
        }
        length += exponent;
    }
    Some(Number {
        length,
        may_overflow: has_exponent || length > SAFE_DIGITS,
    })
}

/// A number that follows the grammar.
pub(super) struct Number {
    /// Its length in bytes.
    pub(super) length: usize,
    /// Whether [`overflows`] has to be asked.
    pub(super) may_overflow: bool,
}

/// Whether a number is too large for a 64-bit float, or so close to it that parsers differ.
pub(super) fn overflows(text: &str) -> bool {
    let is_small = |number: f64| number.abs() <= LARGEST;
    !text.parse().is_ok_and(is_small) && !is_maximum(text)
}

fn is_maximum(text: &str) -> bool {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let exponent = magnitude.strip_prefix(MAXIMUM);
    matches!(exponent, Some("e308" | "e+308" | "E308" | "E+308"))
}

fn digits(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
