//! What stands between the scopes of a token.

use super::{Complaint, Leaf};

/// The one character between two scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Separator(pub(crate) char);

impl Leaf for Separator {
    const FORMAT: &'static str = "separator";
    const EXAMPLE: &'static str = " ";

    fn read(text: &str) -> Result<Self, Complaint> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) if !only.is_control() && !only.is_alphanumeric() => Ok(Self(only)),
            _ => Err(Complaint::new(
                format!("`{text}` cannot stand between scopes"),
                "write one character that is no letter or digit, such as ` ` or `,`",
            )),
        }
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}
