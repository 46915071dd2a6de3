//! The metadata document.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::ProtectedResource;

impl ProtectedResource {
    /// The metadata (RFC 9728 section 2), for one of the two identifiers. What is not known is left
    /// out, and so is an empty list (section 3.2).
    pub(crate) fn document(&self, slashed: bool) -> Bytes {
        let mut members = Map::new();
        let mut tell = |name: &str, value: Value| {
            members.insert(name.to_owned(), value);
        };
        tell("resource", self.front.identifier(slashed).into());
        tell("authorization_servers", json!(self.authorization_servers));
        let scopes = self.told_scopes(true);
        if !scopes.is_empty() {
            tell("scopes_supported", json!(scopes));
        }
        // In the body or in the query no token is taken (RFC 6750 sections 2.2 and 2.3).
        tell("bearer_methods_supported", json!(["header"]));
        if let Some(name) = &self.name {
            tell("resource_name", json!(name));
        }
        if let Some(page) = &self.documentation {
            tell("resource_documentation", json!(page.as_str()));
        }
        Value::Object(members).to_string().into()
    }
}
