//! What a server may make of a URI that decodes too often and does not look at the parts.

use super::{
    normal::octet,
    parts::{self, Parts},
    segments,
};

/// A URI, decoded as often as it can be.
pub(super) struct Decoded {
    /// Without escapes, except those of control characters; bytes that are no UTF-8 are replaced.
    pub(super) text: String,
    /// Whether there was an encoded NUL, bytes that are no UTF-8, or no end of decoding.
    pub(super) suspect: bool,
    /// Whether there is a `\`, or was an encoded slash.
    pub(super) slashed: bool,
}

/// How often something is decoded. What can be decoded more often is suspect.
const ROUNDS: usize = 4;

/// Decodes `%2e`, and `%252e`, and so on.
pub(super) fn decode(uri: &str) -> Decoded {
    let mut bytes = uri.as_bytes().to_vec();
    let mut suspect = false;
    let mut changed = true;
    for _ in 0..ROUNDS {
        let (round, odd) = once(&bytes);
        suspect |= odd;
        changed = round != bytes;
        bytes = round;
        if !changed {
            break;
        }
    }
    let slashes = |byte: &&u8| matches!(byte, b'/' | b'\\');
    let slashed = uri.contains('\\')
        || bytes.iter().filter(slashes).count() > uri.bytes().filter(|byte| *byte == b'/').count();
    let text = String::from_utf8_lossy(&bytes);
    Decoded {
        suspect: suspect || changed || text.contains(char::REPLACEMENT_CHARACTER),
        text: text.replace('\\', "/"),
        slashed,
    }
}

/// Decodes once, and says whether there is an encoded NUL. Escapes of control characters stay: decoded,
/// they could be taken for the mark of a `*`.
fn once(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut nul = false;
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match octet(after).filter(|_| *byte == b'%') {
            Some(octet) if !octet.is_ascii_control() => {
                decoded.push(octet);
                rest = after.get(2..).unwrap_or_default();
            }
            octet => {
                nul |= octet == Some(0);
                decoded.push(*byte);
            }
        }
    }
    (decoded, nul)
}

/// The careless reading of what was decoded: a path is all that comes behind the host, also `?`.
pub(super) fn of(decoded: &str) -> String {
    let parts = Parts::of(decoded);
    let rest = decoded.len() - parts.rest_len();
    let rest = decoded.get(rest..).unwrap_or_default();
    let scheme = parts.scheme.map(str::to_ascii_lowercase);
    let mut careless = String::with_capacity(decoded.len());
    if let Some(scheme) = &scheme {
        careless.push_str(scheme);
        careless.push(':');
    }
    let scheme = scheme.as_deref().unwrap_or_default();
    match parts.authority {
        Some(authority) => {
            careless.push_str("//");
            careless.push_str(&parts::authority(scheme, authority, true));
            if rest.is_empty() && matches!(scheme, "http" | "https") {
                careless.push('/');
            }
        }
        // RFC 8089 appendix B: `file:/etc` is `file:///etc`.
        None if scheme == "file" && rest.starts_with('/') => careless.push_str("//"),
        None => {}
    }
    careless.push_str(&segments::remove_dots(&segments::collapse(rest)));
    careless
}
