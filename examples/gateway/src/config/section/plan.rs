//! `[[proxy.plan]]`

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Audience, ScopesNeeded, TokenAlgorithm, TokenType};
use crate::config::value::{
    HeaderField, Interval, PlanName, Scope, Separator, ServerName, Size, Text,
};

/// One way to be let in.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// What a client shows: nothing, a key, a certificate, an access token, or what its MCP server judges.
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
    /// Relay: whether tokens are verified here, too, and how. Then it is known who asks, and all keys
    /// of a plan of that type are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verify: Option<Verifier>,
    /// OAuth2 and JWT: the authorization server whose tokens are taken, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_server: Option<Text<ServerName>>,
    /// OAuth2 and JWT: whom a token must be for. Default: the public URL of the proxy, with or without
    /// a slash at its end; of a relay also how its server calls itself. `any` takes every token of the authorization server (OAuth2 only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<Audience>,
    /// OAuth2 and JWT: the scopes that a token needs. Clients are told to ask for them.
    #[serde(default)]
    pub(crate) scopes: Vec<Text<Scope>>,
    /// OAuth2 and JWT: whether a token needs `all` of them, or `any` one.
    #[serde(default)]
    pub(crate) scopes_needed: ScopesNeeded,
    /// OAuth2 and JWT: the scopes that clients are told to ask for, where the authorization server calls
    /// them otherwise than they stand in a token. Default: `scopes`, or the first of them where any one
    /// is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) challenge_scopes: Option<Vec<Text<Scope>>>,
    /// OAuth2 and JWT: what stands between the scopes of a token.
    #[serde(default = "scope_separator")]
    pub(crate) scope_separator: Text<Separator>,
    /// OAuth2 and JWT: by how much the clocks may differ.
    #[serde(default = "clock_skew")]
    pub(crate) clock_skew: Text<Duration>,
    /// OAuth2: how long a token that is good is not asked about again. A revoked one lives as long.
    #[serde(default = "cache_ttl")]
    pub(crate) cache_ttl: Text<Duration>,
    /// OAuth2: how long a token that is bad is not asked about again, or `off`.
    #[serde(default = "negative_ttl")]
    pub(crate) negative_ttl: Text<Interval>,
    /// OAuth2: of how many tokens it is found out that they were revoked while something is open under
    /// them. What is open under more of them ends after `cache_ttl`.
    #[serde(default = "watched")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub(crate) watched: NonZeroU32,
    /// OAuth2 and JWT: how much memory what is known of tokens may take.
    #[serde(default = "cache_size")]
    pub(crate) cache_size: Text<Size>,
    /// JWT: how tokens may be signed.
    #[serde(default = "algorithms")]
    pub(crate) algorithms: Vec<TokenAlgorithm>,
    /// JWT: what tokens must say of themselves: `at+jwt`, that they are access tokens, or `any`.
    #[serde(default)]
    pub(crate) token_type: TokenType,
    /// JWT: how long a token may be.
    #[serde(default = "token_limit")]
    pub(crate) token_limit: Text<Size>,
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
    /// An access token that its authorization server is asked about (RFC 7662).
    #[serde(rename = "oauth2")]
    OAuth2,
    /// An access token that is signed by its authorization server (RFC 9068).
    Jwt,
    /// Anything, or nothing: the MCP server judges.
    Relay,
}

/// How tokens are verified that the MCP server judges as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verifier {
    /// Their authorization server is asked (RFC 7662).
    #[serde(rename = "oauth2")]
    OAuth2,
    /// By their signature (RFC 9068).
    Jwt,
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
    /// A plan of which nothing else is said.
    pub(crate) fn new(kind: PlanType) -> Self {
        Self {
            kind,
            name: None,
            header: None,
            admit: Vec::new(),
            verify: None,
            authorization_server: None,
            audience: None,
            scopes: Vec::new(),
            scopes_needed: ScopesNeeded::default(),
            challenge_scopes: None,
            scope_separator: scope_separator(),
            clock_skew: clock_skew(),
            cache_ttl: cache_ttl(),
            negative_ttl: negative_ttl(),
            watched: watched(),
            cache_size: cache_size(),
            algorithms: algorithms(),
            token_type: TokenType::default(),
            token_limit: token_limit(),
        }
    }

    /// Which plan it is toward access tokens, when it judges any.
    pub(crate) const fn tokens(&self) -> Option<Verifier> {
        match (self.kind, self.verify) {
            (PlanType::OAuth2, _) => Some(Verifier::OAuth2),
            (PlanType::Jwt, _) => Some(Verifier::Jwt),
            (PlanType::Relay, verifier) => verifier,
            _ => None,
        }
    }

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
            Self::OAuth2 => "oauth2",
            Self::Jwt => "jwt",
            Self::Relay => "relay",
        }
    }

    /// Whether clients send access tokens, whoever judges them.
    pub(crate) const fn is_sent_tokens(self) -> bool {
        matches!(self, Self::OAuth2 | Self::Jwt | Self::Relay)
    }
}

impl Verifier {
    /// The word in the configuration.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::OAuth2 => "oauth2",
            Self::Jwt => "jwt",
        }
    }

    /// The type of a plan that does the same alone.
    pub(crate) const fn alone(self) -> PlanType {
        match self {
            Self::OAuth2 => PlanType::OAuth2,
            Self::Jwt => PlanType::Jwt,
        }
    }
}

const fn scope_separator() -> Text<Separator> {
    Text(Separator(' '))
}

const fn clock_skew() -> Text<Duration> {
    Text(Duration::from_secs(30))
}

const fn cache_ttl() -> Text<Duration> {
    Text(Duration::from_secs(60))
}

const fn negative_ttl() -> Text<Interval> {
    Text(Interval(Some(Duration::from_secs(5))))
}

fn watched() -> NonZeroU32 {
    NonZeroU32::new(10_000).unwrap_or(NonZeroU32::MIN)
}

const fn token_limit() -> Text<Size> {
    Text(Size(16 << 10))
}

const fn cache_size() -> Text<Size> {
    Text(Size(16 << 20))
}

fn algorithms() -> Vec<TokenAlgorithm> {
    TokenAlgorithm::ALL.to_vec()
}
