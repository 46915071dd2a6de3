//! What an authorization server has said of a consumer.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};
use thiserror::Error;

/// What an authorization server has said of a consumer, verified: the members of an access token
/// (RFC 9068) or of an introspection response (RFC 7662 section 2.2).
///
/// Cheap to clone. They may be personal, so that they are not shown by `Debug`.
///
/// ```
/// use tollbar_core::Claims;
///
/// let claims = Claims::parse(br#"{"department":"field","realm_access":{"roles":["admin"]}}"#)?;
/// assert_eq!(claims.get("department").unwrap(), "field");
/// assert_eq!(claims.get("/realm_access/roles/0").unwrap(), "admin");
/// assert_eq!(claims.get("realm_access.roles"), None);
/// # Ok::<(), tollbar_core::InvalidClaims>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Claims(Arc<Map<String, Value>>);

/// These are no claims: not a JSON object.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("claims have to be one JSON object")]
pub struct InvalidClaims;

impl Claims {
    /// Reads a JSON object.
    ///
    /// # Errors
    ///
    /// [`InvalidClaims`] when it is something else.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidClaims> {
        let claims = serde_json::from_slice(json).map_err(|_| InvalidClaims)?;
        Ok(Self(Arc::new(claims)))
    }

    /// The claim of this name, byte for byte, or, where the name begins with `/`, the value at this
    /// JSON pointer (RFC 6901). A claim whose own name begins with `/` is reached by a pointer only:
    /// `/~1name`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        let Some(pointer) = path.strip_prefix('/') else {
            return self.0.get(path);
        };
        let (first, rest) = match pointer.split_once('/') {
            Some((first, _)) => (first, pointer.get(first.len()..)?),
            None => (pointer, ""),
        };
        let name = first.replace("~1", "/").replace("~0", "~");
        self.0.get(&name)?.pointer(rest)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Map<String, Value>> for Claims {
    fn from(claims: Map<String, Value>) -> Self {
        Self(Arc::new(claims))
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({})", self.0.len())
    }
}
