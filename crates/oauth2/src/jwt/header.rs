//! The header of a signed token.

use serde_json::{Map, Value};

use super::{Algorithm, fault::JwtFault};

/// What the header of a signed token says of it (RFC 7515 section 4). Keys, certificates and URLs that
/// stand in it (`jwk`, `x5c`, `jku`, `x5u`) are not looked at: whoever has made the token has chosen
/// them.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    /// `typ`, as it stands.
    kind: Option<String>,
}

impl Header {
    /// Reads the members that matter.
    ///
    /// # Errors
    ///
    /// [`JwtFault::Malformed`] when one is of the wrong type, or asks for something that is not
    /// understood here; [`JwtFault::Algorithm`] when the algorithm is none of ours.
    pub(super) fn new(mut members: Map<String, Value>) -> Result<Self, JwtFault> {
        // RFC 7515 section 4.1.11: what must be understood and is not. RFC 7797: another signing input.
        if members.contains_key("crit") || members.contains_key("b64") {
            return Err(JwtFault::Malformed(
                "the access token's header has `crit` or `b64`, which is not understood here",
            ));
        }
        let Some(Value::String(algorithm)) = members.get("alg") else {
            return Err(JwtFault::Malformed(
                "the access token's header has no `alg`",
            ));
        };
        Ok(Self {
            algorithm: Algorithm::from_name(algorithm).ok_or(JwtFault::Algorithm)?,
            key_id: text(&mut members, "kid")?,
            kind: text(&mut members, "typ")?,
        })
    }

    /// Whether it is a token for access, and for nothing else (RFC 9068 section 4), or else may be one
    /// for all that it says, where that is enough.
    pub(super) fn is_access_token(&self, or_may_be: bool) -> bool {
        let Some(kind) = self.kind.as_deref() else {
            return or_may_be;
        };
        let is = |names: &[&str]| names.iter().any(|it| it.eq_ignore_ascii_case(kind));
        is(&["at+jwt", "application/at+jwt"]) || (or_may_be && is(&["JWT"]))
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, JwtFault> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwtFault::Malformed(
            "the access token's `kid` or `typ` is no text",
        )),
    }
}
