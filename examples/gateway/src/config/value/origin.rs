//! Which web pages may talk to the gateway.

use tollbar::core::origin::Origins;

use super::{Complaint, Leaf};

/// A browser origin (RFC 6454); or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// The origin, or `None` for any.
    pub(crate) fn name(&self) -> Option<&str> {
        (self.0 != "*").then_some(&*self.0)
    }
}

impl Leaf for Origin {
    const FORMAT: &'static str = "origin-or-any";
    const EXAMPLE: &'static str = "https://app.example";

    fn read(text: &str) -> Result<Self, Complaint> {
        if text == "*" || Origins::new().allow_origin(text).is_ok() {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            format!("`{text}` is not an origin"),
            "write scheme, host and perhaps port, and nothing after, such as \
             `https://app.example` or `http://intranet:3000`, or `*` for any",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}
