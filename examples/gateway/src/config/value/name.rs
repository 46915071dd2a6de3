//! What proxies, plans and authorization servers are called.

use std::borrow::Cow;

use super::{Complaint, Leaf};

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// The name of a proxy: it stands in logs, events and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyName(Cow<'static, str>);

impl ProxyName {
    /// The name of a proxy that no configuration names.
    pub(crate) const fn fixed(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for ProxyName {
    const FORMAT: &'static str = "proxy-name";
    const EXAMPLE: &'static str = "weather";

    fn read(text: &str) -> Result<Self, Complaint> {
        if is_plain(text) {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(Complaint::new(
            format!("`{text}` is not a name for a proxy"),
            "use 1 to 64 letters, digits, `-`, `_` and `.`; free text has its place in \
             `description`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone().into_owned()
    }
}

/// The name of a plan: it stands in logs, events and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlanName(String);

impl PlanName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for PlanName {
    const FORMAT: &'static str = "plan-name";
    const EXAMPLE: &'static str = "partners";

    fn read(text: &str) -> Result<Self, Complaint> {
        if is_plain(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            format!("`{text}` is not a name for a plan"),
            "use 1 to 64 letters, digits, `-`, `_` and `.`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

/// The name of an authorization server, by which plans refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerName(String);

impl ServerName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Leaf for ServerName {
    const FORMAT: &'static str = "server-name";
    const EXAMPLE: &'static str = "login";

    fn read(text: &str) -> Result<Self, Complaint> {
        if is_plain(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            format!("`{text}` is not a name for an authorization server"),
            "use 1 to 64 letters, digits, `-`, `_` and `.`; its URL is its `issuer`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain)
}
