//! Which hosts are served.

use super::{Complaint, Leaf};

/// A host name or IP address as it stands in `Host`, without a port; or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host(String);

impl Host {
    /// The host, or `None` for any.
    pub(crate) fn name(&self) -> Option<&str> {
        (self.0 != "*").then_some(&*self.0)
    }
}

impl Leaf for Host {
    const FORMAT: &'static str = "host-or-any";
    const EXAMPLE: &'static str = "gateway.example";

    fn read(text: &str) -> Result<Self, Complaint> {
        let normal = url::Host::parse(text).is_ok_and(|host| host.to_string() == text);
        if text == "*" || (normal && !text.contains('*')) {
            return Ok(Self(text.to_owned()));
        }
        Err(Complaint::new(
            format!("`{text}` is not a host"),
            "write a lower-case name or an IP address without scheme, port and path, such as \
             `gateway.example` or `[2001:db8::1]`, or `*` for any",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}
