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
    /// Whether there is a `\`, or was something encoded that ends a host or a segment.
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
    // What ends a host or a segment, and was not there before.
    let ends = |bytes: &[u8], back: bool| {
        let ends =
            |byte: &&u8| matches!(byte, b'/' | b'?' | b'#' | b'@') || back && **byte == b'\\';
        bytes.iter().filter(ends).count()
    };
    let slashed = uri.contains('\\') || ends(&bytes, true) > ends(uri.as_bytes(), false);
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

/// The careless reading of what was decoded: a path is all that comes behind the host, also `?`. As
/// lenient parsers of URLs have it, web addresses have a host however many slashes stand before it, and
/// `file:` has none that matters.
pub(super) fn of(decoded: &str) -> String {
    let parts = Parts::of(decoded);
    let rest = decoded.len() - parts.rest_len();
    let rest = decoded.get(rest..).unwrap_or_default();
    let scheme = parts.scheme.map(str::to_ascii_lowercase);
    let scheme = scheme.unwrap_or_default();
    match scheme.as_str() {
        "http" | "https" => {
            // Whatever is behind the slashes is the host.
            let behind = decoded.get(scheme.len() + 1..).unwrap_or_default();
            let behind = behind.trim_start_matches('/');
            let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
            let (host, rest) = behind.split_at(end);
            let host = parts::authority(&scheme, host, true);
            let host = host.trim_end_matches('.');
            let slash = if rest.starts_with('/') { "" } else { "/" };
            format!("{scheme}://{host}{}", path(&format!("{slash}{rest}")))
        }
        "file" => {
            let slash = if rest.starts_with('/') { "" } else { "/" };
            format!("file://{}", path(&format!("{slash}{rest}")))
        }
        _ => {
            let authority = parts.authority;
            let authority =
                authority.map(|it| format!("//{}", parts::authority(&scheme, it, true)));
            let colon = if parts.scheme.is_some() { ":" } else { "" };
            let authority = authority.unwrap_or_default();
            format!("{scheme}{colon}{authority}{}", path(rest))
        }
    }
}

/// A path with single slashes, without dots, and without parameters of its segments.
fn path(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    for (number, segment) in path.split('/').enumerate() {
        if number > 0 {
            plain.push('/');
        }
        plain.push_str(segment.split(';').next().unwrap_or_default());
    }
    segments::remove_dots(&segments::collapse(&plain))
}

/// A careless reading without query, fragment and the slash at its end; `None` where there is nothing to
/// leave out.
pub(super) fn stripped(careless: &str) -> Option<String> {
    let end = careless.find(['?', '#']).unwrap_or(careless.len());
    let whole = careless.get(..end).unwrap_or_default();
    let stripped = whole.trim_end_matches('/');
    let is_something = !stripped.is_empty() && !stripped.ends_with(':');
    (stripped != careless && is_something).then(|| stripped.to_owned())
}
