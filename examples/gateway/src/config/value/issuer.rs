//! Who issues tokens, and where that can be asked.

use url::Url;

use super::{Complaint, Leaf, url::read};

/// An issuer identifier (RFC 8414 section 2). Kept byte for byte, since it is compared so: a URL that is
/// read and written again may have got a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    text: String,
    pub(crate) url: Url,
}

/// A URL of an authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointUrl(pub(crate) Url);

impl Issuer {
    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl Leaf for Issuer {
    const FORMAT: &'static str = "issuer";
    const EXAMPLE: &'static str = "https://login.example";

    fn read(text: &str) -> Result<Self, Complaint> {
        let url = read(text, Self::EXAMPLE)?;
        if url.query().is_some() {
            let complaint = Complaint::new(
                "an issuer has no query",
                "write it as it stands under `issuer` in the server's metadata",
            );
            return Err(complaint.conceal());
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(Complaint::new(
                "an issuer has no spaces",
                "write it as it stands under `issuer` in the server's metadata",
            ));
        }
        if let Some((origin, known)) = text.split_once("/.well-known/") {
            // Some servers have it in between, before the path.
            let (known, path) = match known.split_once('/') {
                Some((known, path)) => (known, format!("/{path}")),
                None => (known, String::new()),
            };
            return Err(Complaint::new(
                "this is where the server's metadata is, and not its issuer",
                format!(
                    "cut off `/.well-known/{known}`: write `{origin}{path}`, or what stands under \
                     `issuer` in that document"
                ),
            ));
        }
        let text = text.to_owned();
        Ok(Self { text, url })
    }

    fn write(&self) -> String {
        self.text.clone()
    }
}

impl Leaf for EndpointUrl {
    const FORMAT: &'static str = "endpoint-url";
    const EXAMPLE: &'static str = "https://login.example/introspect";

    fn read(text: &str) -> Result<Self, Complaint> {
        read(text, Self::EXAMPLE).map(Self)
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}
