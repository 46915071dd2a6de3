//! Who the client says it is.

/// The most bytes that are kept of a name or version.
const LONGEST: usize = 256;

/// Name and version that a client gives itself (`clientInfo`).
///
/// A label for logs and charts, never a reason to allow something: the protocol does not verify it
/// (2026-07-28, `basic/index`, General fields). Each string is cut at 256 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientInfo {
    name: Box<str>,
    version: Box<str>,
}

impl ClientInfo {
    /// Such labels, cut.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: cut(name).into(),
            version: cut(version).into(),
        }
    }

    /// The program's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The program's version; empty when it did not say.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// Keeps the first bytes, up to a character boundary.
fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}
