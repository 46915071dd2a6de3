//! What a consumer may be granted.

use super::{Complaint, Leaf};

/// The longest scope, in bytes.
const LONGEST: usize = 256;

/// A scope (RFC 6749 section 3.3, `scope-token`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope(String);

impl Scope {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for Scope {
    const FORMAT: &'static str = "scope";
    const EXAMPLE: &'static str = "tools:read";

    fn read(text: &str) -> Result<Self, Complaint> {
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            format!("`{text}` is not a scope"),
            "write one scope without spaces, quotes and backslashes, such as `tools:read`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}
