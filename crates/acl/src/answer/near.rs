//! Keys that some parser may take for others.

/// Whether a key that is none of these has to be looked at more closely. Seldom true, cheap to say.
pub(super) fn is_near(key: &str, keys: &[&str]) -> bool {
    !key.is_ascii() || keys.iter().any(|known| key.eq_ignore_ascii_case(known))
}
