//! `[[proxy.acl.rule]]`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tollbar::{acl::Feature, core::Network};

use super::PatternText;
use crate::config::value::{RuleName, Scope, Text};

/// One rule. It applies where all conditions that are given hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AclRule {
    /// What the rule is called in logs and explanations. Unique within the proxy. Default: `rule 1`,
    /// `rule 2`, by its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Text<RuleName>>,
    /// `allow`, or `deny`, which goes before all that allow.
    pub(crate) effect: RuleEffect,
    /// By which plans the consumer was let in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) plans: Option<Vec<PatternText>>,
    /// On whose behalf the client acts: a key's owner, what a certificate's consumer is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) subjects: Option<Vec<PatternText>>,
    /// OAuth client ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) clients: Option<Vec<PatternText>>,
    /// Ids or names of keys, never the keys themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) keys: Option<Vec<PatternText>>,
    /// Scopes of which the consumer has each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Text<Scope>>")]
    pub(crate) scopes_all: Option<Vec<Text<Scope>>>,
    /// Scopes of which the consumer has one at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Text<Scope>>")]
    pub(crate) scopes_any: Option<Vec<Text<Scope>>>,
    /// Claims of an access token, each with the values that are accepted. A name that begins with `/`
    /// is a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, Vec<ClaimText>>")]
    pub(crate) claims: Option<BTreeMap<String, Vec<ClaimText>>>,
    /// Networks that the client's address is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Text<Network>>")]
    pub(crate) addresses: Option<Vec<Text<Network>>>,
    /// Headers of the request, each with the values that are accepted. Clients set them as they like.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(crate) headers: Option<BTreeMap<String, Vec<String>>>,
    /// Tools, by name. A rule that names nothing is about everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) tools: Option<Vec<PatternText>>,
    /// Resources, by URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) resources: Option<Vec<PatternText>>,
    /// Resource templates, by their text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) templates: Option<Vec<PatternText>>,
    /// Prompts, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) prompts: Option<Vec<PatternText>>,
    /// Methods that are not of MCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PatternText>")]
    pub(crate) methods: Option<Vec<PatternText>>,
    /// Features that client and server agree upon.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<FeatureName>")]
    pub(crate) features: Option<Vec<FeatureName>>,
    /// To see it in lists, to use it; both unless given.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<PurposeName>")]
    pub(crate) purposes: Option<Vec<PurposeName>>,
    /// What the server says of the tool. A claim of the server, and no proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ToolHints")]
    pub(crate) annotations: Option<ToolHints>,
    /// Scopes without which the call is refused with 403 and the names of these scopes, so that the
    /// client can ask for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Text<Scope>>")]
    pub(crate) needs_scopes: Option<Vec<Text<Scope>>>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleEffect {
    /// It lets pass.
    #[default]
    Allow,
    /// It keeps out, whatever others allow.
    Deny,
}

/// What a claim may be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum ClaimText {
    /// A string.
    #[schemars(example = &"field")]
    Text(String),
    /// An integer.
    #[schemars(example = &3)]
    Number(i64),
    /// True or false.
    #[schemars(example = &true)]
    Bool(bool),
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurposeName {
    /// To see it in a list.
    List,
    /// To call, read, get, subscribe to or complete it.
    Use,
}

/// A feature, by the name of its capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FeatureName {
    /// The server asks the client's model.
    Sampling,
    /// The server asks the person in front of the client.
    Elicitation,
    /// The server asks which folders the client works in.
    Roots,
    /// The server sends its log.
    Logging,
    /// The server works on while nobody waits.
    Tasks,
}

/// What the server says of a tool (MCP `ToolAnnotations`). What is not given may be either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ToolHints {
    /// It changes nothing. `false` where the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub(crate) read_only_hint: Option<bool>,
    /// It may destroy something. `true` where the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub(crate) destructive_hint: Option<bool>,
    /// A second call with the same arguments changes nothing more. `false` where the server does not
    /// say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub(crate) idempotent_hint: Option<bool>,
    /// It reaches what is outside of the server. `true` where the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub(crate) open_world_hint: Option<bool>,
}

impl From<FeatureName> for Feature {
    fn from(name: FeatureName) -> Self {
        match name {
            FeatureName::Sampling => Self::Sampling,
            FeatureName::Elicitation => Self::Elicitation,
            FeatureName::Roots => Self::Roots,
            FeatureName::Logging => Self::Logging,
            FeatureName::Tasks => Self::Tasks,
        }
    }
}
