//! How a URI may be read: as it was sent, as RFC 3986 reads it, and as a careless server reads it.
//!
//! A rule judges a name, and a server opens a resource. In between, somebody may decode `%2e`, resolve
//! `..` or fold case, and which of these a server does is not known. So a rule that allows has to fit
//! every reading, and a rule that denies needs to fit one.

mod careless;
mod normal;
mod parts;
mod segments;
#[cfg(test)]
mod tests;

pub(crate) use self::parts::{ALL, ANY};

use self::parts::Parts;

/// A URI, or the text of a template, in its readings.
pub(crate) struct Readings<'a> {
    raw: &'a str,
    normal: Option<String>,
    careless: Option<String>,
    stripped: Option<String>,
    suspect: bool,
    slashed: bool,
}

impl<'a> Readings<'a> {
    /// Reads a URI.
    pub(crate) fn of(raw: &'a str) -> Self {
        if is_plain(raw) {
            return Self {
                raw,
                normal: None,
                careless: None,
                stripped: None,
                suspect: false,
                slashed: false,
            };
        }
        let decoded = careless::decode(raw);
        let normal = normal::of(raw);
        let careless = careless::of(&decoded.text);
        Self {
            suspect: decoded.suspect || segments::has_dots(&decoded.text),
            slashed: decoded.slashed,
            stripped: careless::stripped(&careless),
            careless: (careless != raw).then_some(careless),
            normal: (normal != raw).then_some(normal),
            raw,
        }
    }

    /// As it was sent.
    pub(crate) const fn raw(&self) -> &'a str {
        self.raw
    }

    /// Normalised by its syntax and scheme (RFC 3986 sections 6.2.2 and 6.2.3), where that is
    /// something else.
    pub(crate) fn normal(&self) -> Option<&str> {
        self.normal.as_deref()
    }

    /// Decoded as often as it can be, without user information, `\` as `/`, several `/` as one; where
    /// that is something else.
    pub(crate) fn careless(&self) -> Option<&str> {
        self.careless.as_deref()
    }

    /// The careless reading without query, fragment, and slashes at its end, where it has some.
    pub(crate) fn stripped(&self) -> Option<&str> {
        self.stripped.as_deref()
    }

    /// Whether something in it may lead elsewhere: dot segments, however they are encoded, an encoded
    /// NUL, bytes that are no UTF-8 and that some decode to dots all the same, or escapes of escapes
    /// without end. Patterns cannot allow it.
    pub(crate) const fn is_suspect(&self) -> bool {
        self.suspect
    }

    /// Whether there is a backslash, or something encoded that ends a segment or a host, so that servers
    /// disagree on what these are.
    pub(crate) const fn is_slashed(&self) -> bool {
        self.slashed
    }
}

/// Whether all readings are the same, told at a glance. `false` when that is not sure.
fn is_plain(uri: &str) -> bool {
    let parts = Parts::of(uri);
    let web = matches!(parts.scheme, Some("http" | "https"));
    let file = parts.scheme == Some("file");
    let scheme = parts.scheme.is_none_or(|scheme| !has_upper(scheme));
    let authority = match parts.authority {
        Some(authority) => {
            let odd = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'@' | b'%' | b'\\');
            !(authority.bytes().any(odd)
                || authority.starts_with('.')
                || authority.contains(":.")
                || (web && (authority.contains(':') || parts.path.is_empty()))
                || authority.ends_with('.')
                || (web && authority.is_empty())
                || (file && (!authority.is_empty() || parts.path.is_empty())))
        }
        None => !(web || file),
    };
    // The first byte of the path may be one of a segment, the others follow a separator.
    let mut before = b'/';
    let rest = uri.get(uri.len() - parts.rest_len()..).unwrap_or(uri);
    let mut first = true;
    scheme
        && authority
        && !rest.ends_with('/')
        && rest.bytes().all(|byte| {
            let separated = matches!(before, b'/' | b'?' | b'#' | b':');
            let fine = match byte {
                b'%' | b'\\' | b'?' | b'#' | b';' => false,
                b'.' => !separated,
                b'/' => first || before != b'/',
                _ => true,
            };
            before = byte;
            first = false;
            fine
        })
}

fn has_upper(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_uppercase())
}
