//! What a plan for access tokens looks at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{AnyAudience, AudienceName, Text};

/// Whom a token must be for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Audience {
    /// One of these, byte for byte.
    OneOf(Vec<Text<AudienceName>>),
    /// Anybody: every token of the authorization server is taken.
    Any(Text<AnyAudience>),
}

/// How many of the scopes a token needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScopesNeeded {
    /// All of them.
    #[default]
    All,
    /// One of them at least.
    Any,
}

/// What a JWT says of itself (`typ`, RFC 9068 section 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) enum TokenType {
    /// That it is an access token.
    #[default]
    #[serde(rename = "at+jwt")]
    AccessToken,
    /// Anything, or nothing.
    #[serde(rename = "any")]
    Any,
}

/// How a JWT is signed (RFC 7518 section 3.1, RFC 8037 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) enum TokenAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    #[serde(rename = "RS384")]
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    #[serde(rename = "RS512")]
    Rs512,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// RSASSA-PSS with SHA-384.
    #[serde(rename = "PS384")]
    Ps384,
    /// RSASSA-PSS with SHA-512.
    #[serde(rename = "PS512")]
    Ps512,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA with P-384 and SHA-384.
    #[serde(rename = "ES384")]
    Es384,
    /// EdDSA with Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl TokenAlgorithm {
    /// All that can be verified.
    pub(crate) const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];
}

impl From<TokenAlgorithm> for tollbar::oauth2::Algorithm {
    fn from(algorithm: TokenAlgorithm) -> Self {
        match algorithm {
            TokenAlgorithm::Rs256 => Self::Rs256,
            TokenAlgorithm::Rs384 => Self::Rs384,
            TokenAlgorithm::Rs512 => Self::Rs512,
            TokenAlgorithm::Ps256 => Self::Ps256,
            TokenAlgorithm::Ps384 => Self::Ps384,
            TokenAlgorithm::Ps512 => Self::Ps512,
            TokenAlgorithm::Es256 => Self::Es256,
            TokenAlgorithm::Es384 => Self::Es384,
            TokenAlgorithm::EdDsa => Self::EdDsa,
        }
    }
}
