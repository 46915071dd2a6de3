//! What rules are called.

use super::{Complaint, Leaf};

/// The longest name, in bytes.
const LONGEST: usize = 256;

/// The name of an access rule: it stands in logs, events and explanations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleName(String);

impl RuleName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for RuleName {
    const FORMAT: &'static str = "rule-name";
    const EXAMPLE: &'static str = "readers";

    fn read(text: &str) -> Result<Self, Complaint> {
        let plain = !text.trim().is_empty() && !text.contains(char::is_control);
        if plain && text.len() <= LONGEST {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            "this is not a name for a rule",
            "write 1 to 256 bytes without control characters, such as `readers`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}
