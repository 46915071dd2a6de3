//! What an introspection endpoint answers.

use std::fmt;

use chrono::{DateTime, Utc};
use oauth2::{ClientId, Scope, TokenIntrospectionResponse, basic::BasicTokenType};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::json::{NO_ACTIVE, Object};

/// An answer about a token (RFC 7662 section 2.2): one object, with `active` and whatever else the
/// server says. The members are kept as they are, for the rules of a plan to judge, which are stricter
/// with some of them than `oauth2` and less strict with others.
pub(super) struct Answer {
    pub(super) active: bool,
    pub(super) members: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(members) = Object::deserialize(deserializer)?;
        let Some(&Value::Bool(active)) = members.get("active") else {
            return Err(serde::de::Error::custom(NO_ACTIVE));
        };
        Ok(Self { active, members })
    }
}

/// `oauth2` wants it, and never does it.
impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}

/// Only `active` is ever asked for.
impl TokenIntrospectionResponse for Answer {
    type TokenType = BasicTokenType;

    fn active(&self) -> bool {
        self.active
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }

    fn client_id(&self) -> Option<&ClientId> {
        None
    }

    fn username(&self) -> Option<&str> {
        None
    }

    fn token_type(&self) -> Option<&Self::TokenType> {
        None
    }

    fn exp(&self) -> Option<DateTime<Utc>> {
        None
    }

    fn iat(&self) -> Option<DateTime<Utc>> {
        None
    }

    fn nbf(&self) -> Option<DateTime<Utc>> {
        None
    }

    fn sub(&self) -> Option<&str> {
        None
    }

    fn aud(&self) -> Option<&Vec<String>> {
        None
    }

    fn iss(&self) -> Option<&str> {
        None
    }

    fn jti(&self) -> Option<&str> {
        None
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}
