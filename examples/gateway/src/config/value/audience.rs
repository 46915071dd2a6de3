//! Whom a token is for.

use super::{Complaint, Leaf};

/// The longest audience, in bytes.
const LONGEST: usize = 2048;

/// One audience (RFC 7519 section 4.1.3), kept byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AudienceName(String);

/// The word `any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnyAudience;

impl AudienceName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for AudienceName {
    const FORMAT: &'static str = "audience";
    const EXAMPLE: &'static str = "https://gateway.example/mcp";

    fn read(text: &str) -> Result<Self, Complaint> {
        let plain = |c: char| !c.is_control() && !c.is_whitespace();
        if !text.is_empty() && text.len() <= LONGEST && text.chars().all(plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            "this is not an audience",
            "write it as it stands in `aud` of a token, without spaces, such as \
             `https://gateway.example/mcp`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

impl Leaf for AnyAudience {
    const FORMAT: &'static str = "any-audience";
    const EXAMPLE: &'static str = "any";

    fn read(text: &str) -> Result<Self, Complaint> {
        match text {
            "any" => Ok(Self),
            _ => Err(Complaint::new(
                format!("`{text}` is not the word `any`"),
                "write audiences in brackets, such as `[\"https://gateway.example/mcp\"]`, or \
                 `\"any\"` for no matter whom a token is for",
            )),
        }
    }

    fn write(&self) -> String {
        "any".to_owned()
    }
}
