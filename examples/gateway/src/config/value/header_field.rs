//! Where a credential stands.

use http::HeaderName;

use super::{Complaint, Leaf};
use crate::mask;

/// Headers in which no credential can stand, since the message itself depends on them.
const TAKEN: [&str; 18] = [
    "cache-control",
    "connection",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "last-event-id",
    "origin",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// How the names of such headers may begin, too.
const TAKEN_FAMILIES: [&str; 6] = [
    "accept",
    "access-control-",
    "content-",
    "mcp-",
    "proxy-",
    "sec-",
];

/// The name of a header in which a credential stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderField(pub(crate) HeaderName);

impl Leaf for HeaderField {
    const FORMAT: &'static str = "header-field";
    const EXAMPLE: &'static str = "x-api-key";

    fn read(text: &str) -> Result<Self, Complaint> {
        let fix = "use a header of its own, such as `x-api-key`";
        if mask::holds_key(text) {
            let message = "this is a key, and no name of a header";
            let fix = "name the header in which clients send it, such as `x-api-key`; end a key \
                       that stood in a file: `tollbar-gateway keys revoke`";
            return Err(Complaint::new(message, fix).conceal());
        }
        let Ok(name) = text.parse::<HeaderName>() else {
            let message = format!("`{text}` is not the name of a header");
            return Err(Complaint::new(message, fix));
        };
        let taken = TAKEN.contains(&name.as_str())
            || TAKEN_FAMILIES
                .iter()
                .any(|family| name.as_str().starts_with(family));
        if taken {
            let message = format!("no credential can stand in `{name}`");
            return Err(Complaint::new(message, fix));
        }
        Ok(Self(name))
    }

    fn write(&self) -> String {
        self.0.as_str().to_owned()
    }
}
