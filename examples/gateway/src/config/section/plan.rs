//! `[[proxy.plan]]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::value::{HeaderField, PlanName, Scope, Text};

/// One way to be let in.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// What a client shows: nothing, a key, or a certificate.
    #[serde(rename = "type")]
    pub(crate) kind: PlanType,
    /// What the plan is called in logs and rules: letters, digits, `-`, `_` and `.`. Unique within
    /// the proxy. Default: its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Text<PlanName>>,
    /// Key: the header in which the key stands. Certificate: the header in which a trusted peer
    /// passes the client's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<Text<HeaderField>>,
    /// Certificate: whom it lets in. The first rule that matches counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) admit: Vec<Admit>,
}

/// What a client shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanType {
    /// Nothing: everybody is let in.
    Keyless,
    /// A key that this gateway has issued.
    Key,
    /// A client certificate.
    Certificate,
}

/// Whom a certificate plan lets in. Exactly one of `thumbprint`, `subject`, `dns`, `uri`, `email` and
/// `any` is given.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Admit {
    /// The SHA-256 of the certificate, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(crate) thumbprint: Option<String>,
    /// The subject's distinguished name (RFC 4514).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"CN=agent,O=Example")]
    pub(crate) subject: Option<String>,
    /// A DNS name among the alternative names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"agent.example")]
    pub(crate) dns: Option<String>,
    /// A URI among the alternative names, such as a SPIFFE id. `/*` at its end stands for any path
    /// below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"spiffe://example/agent")]
    pub(crate) uri: Option<String>,
    /// An email address among the alternative names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"agent@example.com")]
    pub(crate) email: Option<String>,
    /// Every certificate of the client CA.
    pub(crate) any: bool,
    /// What the consumer is called. Default: what has matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"field-agent")]
    pub(crate) consumer: Option<String>,
    /// The scopes of the consumer (RFC 6749 section 3.3).
    pub(crate) scopes: Vec<Text<Scope>>,
}

impl Plan {
    /// What the plan is called.
    pub(crate) fn name(&self) -> &str {
        match &self.name {
            Some(name) => name.as_str(),
            None => self.kind.as_str(),
        }
    }
}

impl PlanType {
    /// The word in the configuration.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Keyless => "keyless",
            Self::Key => "key",
            Self::Certificate => "certificate",
        }
    }
}
