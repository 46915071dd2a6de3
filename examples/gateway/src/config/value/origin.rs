//! Which web pages may talk to the gateway, and which servers it asks.

use tollbar::core::origin::Origins;
use url::Url;

use super::{Complaint, Leaf, url::read};

/// A browser origin (RFC 6454); or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

/// The origin of a server that is asked for documents: its scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerOrigin(pub(crate) Url);

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

impl Leaf for ServerOrigin {
    const FORMAT: &'static str = "server-origin";
    const EXAMPLE: &'static str = "https://mcp.example";

    fn read(text: &str) -> Result<Self, Complaint> {
        let url = read(text, Self::EXAMPLE)?;
        let origin = url.origin().ascii_serialization();
        // A URL without a path is written with a slash.
        if url.as_str() != format!("{origin}/") {
            let complaint = Complaint::new(
                "this is more than an origin",
                format!("write scheme, host and port only: `{origin}`"),
            );
            return Err(complaint.conceal());
        }
        Ok(Self(url))
    }

    fn write(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}
