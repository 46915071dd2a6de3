//! A stream that is only watched.

use super::lines::Lines;

/// Follows a stream that passes by, without keeping any of it.
///
/// For those who do not look into events but want to put something between them, such as a keep-alive comment.
///
/// # Examples
///
/// ```
/// use tollbar_mcp::sse::Boundary;
///
/// let mut boundary = Boundary::new();
/// boundary.feed(b"data: 1\n");
/// assert!(!boundary.is_between_events());
/// boundary.feed(b"\n");
/// assert!(boundary.is_between_events());
/// ```
#[derive(Clone, Debug)]
pub struct Boundary(Lines);

impl Boundary {
    /// Starts at the beginning of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self(Lines::new())
    }

    /// Takes note of the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(length) = self.0.event_end(rest) {
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Whether an event of one's own may be put here.
    #[must_use]
    pub fn is_between_events(&self) -> bool {
        self.0.is_between_events()
    }
}

impl Default for Boundary {
    fn default() -> Self {
        Self::new()
    }
}
